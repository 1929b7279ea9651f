package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts come from deploy/grafana and deploy/prometheus, unchanged. */
class ObservabilityTest {

    @Test
    void bringsEveryDashboardAsItIs() throws IOException {
        Manifests manifests = Chart.render();
        try (var files = Files.list(Chart.REPOSITORY.resolve("deploy/grafana/dashboards"))) {
            List<Path> dashboards = files.toList();

            assertThat(dashboards).isNotEmpty().allSatisfy(file -> {
                String name = file.getFileName().toString();
                var map = manifests.get(ConfigMap.class, "mlaas-dashboard-" + name.replace(".json", ""));
                assertThat(map.getData()).containsEntry(name, Chart.read(file));
                assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
            });
        }
    }

    @Test
    void bringsTheAlertsAsTheyAre() {
        Manifests manifests = Chart.render("prometheus: {bundled: true}");

        assertThat(manifests.get(ConfigMap.class, "mlaas-prometheus").getData())
                .containsEntry(
                        "mlaas.rules.yml", Chart.read(Chart.REPOSITORY.resolve("deploy/prometheus/mlaas.rules.yml")));
    }
}
