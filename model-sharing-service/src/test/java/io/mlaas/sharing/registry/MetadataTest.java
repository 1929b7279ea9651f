package io.mlaas.sharing.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.api.sharing.TrainingResources;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private static final UUID ID = UUID.fromString("b2a30898-b72c-4b08-802b-7786425d01f9");

    @Test
    void aDatasetNeedsAShape() {
        assertThatThrownBy(() -> DatasetMetadata.parse("{}"))
                .hasMessage("samples_dimension: missing (expected: a shape like (1,32,32))");
        assertThatThrownBy(() -> DatasetMetadata.parse("{\"samples_dimension\": {}}"))
                .hasMessage("samples_dimension: {} (expected: a shape like (1,32,32), at most 200 characters)");
        assertThatThrownBy(() -> DatasetMetadata.parse("{\"samples_dimension\": \"%s\"}".formatted("1".repeat(201))))
                .hasMessageContaining("at most 200 characters");
    }

    @Test
    void aCountMayBeWrittenAsText() {
        assertThat(DatasetMetadata.parse("{\"samples_dimension\": \"(1)\", \"sample_num\": \"606\"}")
                        .sampleNum())
                .isEqualTo(606);
        assertThatThrownBy(() -> DatasetMetadata.parse("{\"samples_dimension\": \"(1)\", \"sample_num\": 1.5}"))
                .hasMessage("sample_num: 1.5 (expected: a whole number >= 0)");
    }

    @Test
    void paramsMayBeAnObjectOrTextThatHoldsOne() {
        Map<String, String> expected = Map.of("epochs", "3", "layers", "[8,4]", "name", "x");
        assertThat(params("{\"epochs\": 3, \"layers\": [8, 4], \"name\": \"x\"}"))
                .isEqualTo(expected);
        assertThat(params("\"{\\\"epochs\\\": 3, \\\"layers\\\": [8, 4], \\\"name\\\": \\\"x\\\"}\""))
                .isEqualTo(expected);
        assertThat(params("{}")).isEmpty();
        assertThatThrownBy(() -> params("{\"a b\": 1}"))
                .hasMessageStartingWith("model_params.params: a b (expected: names of letters");
    }

    private static Map<String, String> params(String json) {
        return model("{\"model_params\": {\"params\": %s}, \"data_params\": {\"dataset_id\": \"%s\"}}"
                        .formatted(json, ID))
                .params();
    }

    @Test
    void resourcesAreReadAsTheyAreWritten() {
        assertThat(resources("{\"cpu\": 4, \"memory\": \"16Gi\", \"gpus\": 2, \"node_selector\": {\"zone\": \"a\"}, "
                        + "\"deadline_seconds\": 3600, \"runtime\": \"kubeflow\", \"workers\": 3}"))
                .isEqualTo(new TrainingResources(
                        "4", "16Gi", 2, null, Map.of("zone", "a"), 3600L, null, null, "kubeflow", 3, null, null));
        assertThat(ModelMetadata.resources(Map.of())).isNull();
    }

    @Test
    void everyRuleThatResourcesViolateIsNamed() {
        assertThatThrownBy(() -> resources("{\"cpu\": \"much\", \"gpus\": -1, \"node_selector\": {\"zone\": \"a b\"}, "
                        + "\"runtime\": \"slurm\", \"workers\": 2, \"colour\": 1}"))
                .hasMessage(
                        "model_params.resources.colour: unknown (expected: one of cpu, deadline_seconds, gpu_resource,"
                                + " gpus, memory, node_selector, output_size, priority, queue, retries, runtime, workers); "
                                + "model_params.resources.cpu: much (expected: CPUs like 4 or 500m); "
                                + "model_params.resources.gpus: -1 (expected: a whole number from 0 to 64); "
                                + "model_params.resources.node_selector.zone: a b (expected: a label's value); "
                                + "model_params.resources.runtime: slurm (expected: job, argo or kubeflow); "
                                + "model_params.resources.workers: 2 (expected: 1, as only the runtime kubeflow has several)");
        assertThatThrownBy(() -> resources("7")).hasMessage("model_params.resources: 7 (expected: an object)");
    }

    private static TrainingResources resources(String json) {
        return ModelMetadata.resources(
                model("{\"model_params\": {\"resources\": %s}}".formatted(json)).all());
    }

    @Test
    void aModelNeedsADataset() {
        assertThat(model("{\"data params\": {\"dataset_id\": \"%s\"}}".formatted(ID))
                        .datasetId())
                .isEqualTo(ID);
        assertThatThrownBy(() -> model("{\"data_params\": {}}").requiredDatasetId())
                .hasMessage("data_params.dataset_id: missing (expected: a UUID)");
        assertThatThrownBy(() -> model("{\"data_params\": 7}")).hasMessage("data_params: 7 (expected: an object)");
    }

    @Test
    void aResultsFormatIsItsExtension() {
        assertThat(TrainingResults.format("model.PT")).isEqualTo("torchscript");
        assertThat(TrainingResults.format("model.onnx")).isEqualTo("onnx");
        assertThat(TrainingResults.format("model")).isEqualTo("binary");
    }

    private static ModelMetadata model(String text) {
        return ModelMetadata.parse(text, UnaryOperator.identity());
    }
}
