package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** deploy/k8s is what the chart renders. With {@code -Dmlaas.deploy.write=true} it is written anew. */
class RenderedTest {

    static final Path FOLDER = Chart.REPOSITORY.resolve("deploy/k8s");
    private static final String HEADER = "# Rendered from deploy/helm/mlaas by render.sh: changes belong there.\n";

    @Test
    void isWhatTheChartRenders() throws IOException {
        String rendered = Chart.textOf("mlaas", Chart.size("small"), Chart.read(FOLDER.resolve("values.yaml")));
        // What Helm itself would run is nothing to apply.
        String applied = Pattern.compile("(?m)^---\n")
                .splitAsStream(rendered)
                .filter(document -> !document.contains("helm.sh/hook:"))
                .map(document -> document.replaceAll("(?m)^# Source: .*\n", "").strip())
                .filter(document -> !document.isEmpty())
                .collect(Collectors.joining("\n---\n", HEADER + "---\n", "\n"));

        same("platform.yaml", applied);
    }

    @Test
    void isApplied() {
        assertThat(Chart.read(FOLDER.resolve("kustomization.yaml"))).contains("\nresources: [platform.yaml]\n");
        assertThat(new References(Manifests.of(Chart.read(FOLDER.resolve("platform.yaml")))).broken())
                .isEmpty();
    }

    private static void same(String name, String expected) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("mlaas.deploy.write")) {
            Files.writeString(file, expected);
        }
        assertThat(Chart.read(file).lines())
                .as("deploy/k8s/%s is not what the chart renders: run deploy/k8s/render.sh", name)
                .containsExactlyElementsOf(expected.lines().toList());
    }
}
