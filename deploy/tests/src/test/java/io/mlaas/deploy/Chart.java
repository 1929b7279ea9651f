package io.mlaas.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The chart and Helm, which renders it. */
final class Chart {

    static final Path REPOSITORY = repository();
    static final Path FOLDER = REPOSITORY.resolve("deploy/helm/mlaas");
    static final String RELEASE = "mlaas";
    static final String NAMESPACE = "platform";
    static final String KUBERNETES = "1.34.0";

    /** Without a cluster to look at, secrets are somebody else's. */
    static final String SECRETS_ARE_THERE = "secrets: {create: false}";

    private static final Map<List<String>, Manifests> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    /** @param values documents like values files, the later before the earlier */
    static Manifests render(String... values) {
        return RENDERED.computeIfAbsent(List.of(values), it -> Manifests.of(textOf(NAMESPACE, values)));
    }

    static String textOf(String namespace, String... values) {
        var command = new Helm(FOLDER)
                .template()
                .withName(RELEASE)
                .withNamespace(namespace)
                .withKubeVersion(KUBERNETES)
                .withValuesFile(file(SECRETS_ARE_THERE));
        for (String each : values) {
            command = command.withValuesFile(file(each));
        }
        return command.call();
    }

    /**
     * What an installation makes, secrets included, in a namespace that has these: JSON by name. Helm looks for the cluster
     * where {@code KUBECONFIG} says, which for this test is a file of its own.
     */
    static Manifests installation(Map<String, String> secretsThatAreThere) {
        Path kubeconfig = Path.of(Objects.requireNonNull(System.getenv("KUBECONFIG"), "KUBECONFIG: set by pom.xml"));
        try (FakeApiServer cluster = new FakeApiServer(NAMESPACE, secretsThatAreThere)) {
            Files.writeString(kubeconfig, cluster.kubeconfig());
            return Manifests.of(textOf(NAMESPACE, "secrets: {create: true}"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    static String size(String name) {
        return read(FOLDER.resolve("values-" + name + ".yaml"));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("deploy/helm/mlaas/Chart.yaml"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "no deploy/helm/mlaas above " + Path.of("").toAbsolutePath());
            }
            folder = parent;
        }
        return folder;
    }
}
