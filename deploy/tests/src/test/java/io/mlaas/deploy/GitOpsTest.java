package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Argo CD's applications and the example for KServe: what they name is there, and their fields are those of their kinds. */
class GitOpsTest {

    @Test
    void anApplicationRendersTheChart() {
        GenericKubernetesResource application = generic("argocd/application.yaml");

        assertThat(application.getKind()).isEqualTo("Application");
        assertThat(application.<Map<String, Object>>get("spec").keySet())
                .isSubsetOf("project", "destination", "source", "syncPolicy");
        renders(application.get("spec", "source"));
    }

    @Test
    void anApplicationForEachStageRendersTheChart() {
        GenericKubernetesResource set = generic("argocd/applicationset.yaml");
        Map<String, Object> generator =
                set.<List<Map<String, Object>>>get("spec", "generators").getFirst();
        Map<String, Object> list = cast(generator.get("list"));
        List<Map<String, Object>> stages = cast(list.get("elements"));
        assertThat(stages).hasSize(2);
        for (Map<String, Object> stage : stages) {
            String template = Serialization.asYaml(set.get("spec", "template", "spec", "source"));
            for (Map.Entry<String, Object> value : stage.entrySet()) {
                template = template.replace(
                        "{{ ." + value.getKey() + " }}", value.getValue().toString());
            }

            assertThat(template).doesNotContain("{{");
            Map<String, Object> source = cast(Serialization.unmarshal(template, Map.class));
            Manifests manifests = renders(source);
            assertThat(manifests.find(io.fabric8.kubernetes.api.model.networking.v1.Ingress.class, "mlaas-gateway"))
                    .hasValueSatisfying(ingress -> assertThat(
                                    ingress.getSpec().getRules().getFirst().getHost())
                            .isEqualTo(stage.get("host")));
        }
    }

    /** Its fields, as far as the example uses them, from the v1beta1 of KServe. */
    @Test
    void anInferenceServiceReadsTheStore() {
        List<HasMetadata> objects = Manifests.SEPARATOR
                .splitAsStream(Chart.read(Chart.REPOSITORY.resolve("deploy/examples/kserve-onnx.yaml")))
                .filter(document -> document.contains("kind:"))
                .map(document -> (HasMetadata) Serialization.unmarshal(document))
                .toList();
        Secret secret = (Secret) objects.get(0);
        ServiceAccount account = (ServiceAccount) objects.get(1);
        GenericKubernetesResource service = (GenericKubernetesResource) objects.get(2);

        assertThat(UnknownFields.in(secret)).isEmpty();
        assertThat(UnknownFields.in(account)).isEmpty();
        assertThat(service.getApiVersion()).isEqualTo("serving.kserve.io/v1beta1");
        assertThat(service.<Map<String, Object>>get("spec").keySet()).containsExactly("predictor");
        assertThat(service.<Map<String, Object>>get("spec", "predictor").keySet())
                .isEqualTo(Set.of("serviceAccountName", "minReplicas", "model"));
        assertThat(service.<Map<String, Object>>get("spec", "predictor", "model")
                        .keySet())
                .isEqualTo(Set.of("modelFormat", "protocolVersion", "storageUri", "resources"));
        assertThat(service.<String>get("spec", "predictor", "model", "storageUri"))
                .startsWith("s3://");
        assertThat(service.<String>get("spec", "predictor", "serviceAccountName"))
                .isEqualTo(account.getMetadata().getName());
        assertThat(account.getSecrets()).anySatisfy(reference -> assertThat(reference.getName())
                .isEqualTo(secret.getMetadata().getName()));
    }

    private static Manifests renders(Map<String, Object> source) {
        assertThat(source.get("path")).isEqualTo("deploy/helm/mlaas");
        Map<String, Object> helm = cast(source.get("helm"));
        List<String> files = cast(helm.get("valueFiles"));
        String[] values = java.util.stream.Stream.concat(
                        files.stream().map(file -> Chart.read(Chart.FOLDER.resolve(file))),
                        java.util.stream.Stream.of(Serialization.asYaml(helm.get("valuesObject"))))
                .toArray(String[]::new);
        Manifests manifests = Chart.render(values);
        assertThat(manifests.pods()).isNotEmpty();
        assertThat(manifests.all(Secret.class))
                .as("Argo CD would make them anew each time")
                .isEmpty();
        return manifests;
    }

    private static GenericKubernetesResource generic(String file) {
        return Serialization.unmarshal(
                Chart.read(Chart.REPOSITORY.resolve("deploy").resolve(file)), GenericKubernetesResource.class);
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object object) {
        return (T) object;
    }
}
