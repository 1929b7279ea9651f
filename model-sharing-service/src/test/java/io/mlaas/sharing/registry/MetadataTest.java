package io.mlaas.sharing.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
