package io.mlaas.training.cluster.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.Crd;
import io.mlaas.training.runner.FailureReason;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed schema and the classes say the same. That the API server takes the schema is RealApiServerTest's. */
class CrdTest {
    private final CustomResourceDefinition crd = Crd.definition();
    private final CustomResourceDefinitionVersion v1 =
            crd.getSpec().getVersions().getFirst();
    private final JSONSchemaProps schema = v1.getSchema().getOpenAPIV3Schema();

    @Test
    void namesTheResourceAsTheClassesDo() {
        assertThat(crd.getMetadata().getName()).isEqualTo(CustomResource.getCRDName(TrainingJob.class));
        assertThat(v1.getName()).isEqualTo("v1");
        assertThat(crd.getSpec().getNames().getShortNames())
                .containsExactly(CustomResource.getShortNames(TrainingJob.class));
        assertThat(v1.getSubresources().getStatus()).isNotNull();
    }

    @Test
    void hasAPropertyForEachComponent() {
        agree(schema.getProperties().get("spec"), TrainingJobSpec.class, "spec");
        agree(schema.getProperties().get("status"), TrainingJobStatus.class, "status");
    }

    @Test
    void hasTheEnumsOfTheClasses() {
        assertThat(values("spec", "runtime")).containsExactlyElementsOf(names(TrainingJobSpec.Runtime.values()));
        assertThat(values("status", "phase")).containsExactlyElementsOf(names(TrainingJobStatus.Phase.values()));
        assertThat(values("status", "step")).containsExactlyElementsOf(names(TrainingJobStatus.Step.values()));
        assertThat(values("status", "reason")).containsExactlyElementsOf(names(FailureReason.values()));
    }

    @Test
    void hasTheDefaultsOfTheClasses() {
        TrainingJobSpec spec = Serialization.unmarshal("{\"jobId\":\"a\"}", TrainingJobSpec.class);
        Map<String, Object> defaults = Serialization.unmarshal(Serialization.asJson(spec), Map.class);
        schema.getProperties().get("spec").getProperties().forEach((name, property) -> {
            if (property.getDefault() != null && !property.getDefault().isContainerNode()) {
                assertThat(String.valueOf(defaults.get(name)))
                        .as(name)
                        .isEqualTo(property.getDefault().asText());
            }
        });
    }

    @Test
    void describesEachProperty() {
        described(schema.getProperties().get("spec"), "spec");
        described(schema.getProperties().get("status"), "status");
    }

    private static void described(JSONSchemaProps property, String path) {
        assertThat(property.getDescription()).as(path).isNotBlank();
        if (property.getProperties() != null) {
            property.getProperties().forEach((name, child) -> described(child, path + "." + name));
        }
    }

    private static void agree(JSONSchemaProps property, Class<?> type, String path) {
        assertThat(property.getProperties().keySet())
                .as(path)
                .containsExactlyInAnyOrderElementsOf(Stream.of(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        for (RecordComponent component : type.getRecordComponents()) {
            Class<?> element = element(component);
            if (element.isRecord()) {
                JSONSchemaProps child = property.getProperties().get(component.getName());
                agree(
                        child.getItems() == null ? child : child.getItems().getSchema(),
                        element,
                        path + "." + component.getName());
            }
        }
    }

    private static Class<?> element(RecordComponent component) {
        return component.getType() == List.class
                ? (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]
                : component.getType();
    }

    private List<String> values(String part, String name) {
        return schema.getProperties().get(part).getProperties().get(name).getEnum().stream()
                .map(node -> node.asText())
                .toList();
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> Serialization.asJson(constant).replace("\"", ""))
                .toList();
    }
}
