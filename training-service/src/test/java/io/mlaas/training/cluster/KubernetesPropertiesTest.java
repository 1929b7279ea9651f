package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KubernetesPropertiesTest {

    @Test
    void eachPropertyIsDocumented() {
        String guide = Crd.read("docs/configuration.md");
        String section = guide.substring(guide.indexOf("### Trainings on Kubernetes"), guide.indexOf("### Limits at"));
        assertThat(Arrays.stream(KubernetesProperties.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)))
                .allSatisfy(name -> assertThat(section).containsPattern("[`.]" + name + "[`.\\[]"));
    }

    @Test
    void aCompanyMayHaveAQuotaOfItsOwn() {
        UUID company = UUID.randomUUID();
        KubernetesProperties properties = bind(Map.of(
                "mlaas.training.kubernetes.quota.gpus",
                "2",
                "mlaas.training.kubernetes.companies." + company + ".running-jobs",
                "9"));
        assertThat(properties.quotas().standard().gpus()).isEqualTo(2);
        assertThat(properties.quotas().companies().get(company.toString()).jobs())
                .isEqualTo(9);
        assertThat(properties.policy().imagePullGrace()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void refusesAnEgressToNobodyInParticular() {
        assertThatThrownBy(() -> bind(Map.of("mlaas.training.kubernetes.egress[0].ports[0]", "443")))
                .rootCause()
                .hasMessageContaining("expected: either a cidr, or namespace-labels or pod-labels");
    }

    @Test
    void refusesToBeAnOperatorWithoutTheAgentsImage() {
        assertThatThrownBy(() -> bind(Map.of("mlaas.training.kubernetes.enabled", "true")))
                .rootCause()
                .hasMessageStartingWith("mlaas.training.kubernetes.agent-image: missing");
    }

    private static KubernetesProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("mlaas.training.kubernetes", KubernetesProperties.class);
    }
}
