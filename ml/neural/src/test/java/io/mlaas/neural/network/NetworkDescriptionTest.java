package io.mlaas.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkDescriptionTest {

    private static Network network(String shape, String layers) {
        return NetworkDescription.parse("{\"input\": {\"shape\": " + shape + "}, \"layers\": [" + layers + "]}")
                .resolve(null);
    }

    @Test
    void infersTheShapesOfAConvolutionalNetwork() {
        Network network = network("[1, 28, 28]", """
                {"type": "conv2d", "filters": 16, "kernel": 3}, {"type": "relu"}, {"type": "max_pool2d", "kernel": 2},
                {"type": "conv2d", "filters": 32, "kernel": 3}, {"type": "relu"}, {"type": "max_pool2d", "kernel": 2},
                {"type": "flatten"}, {"type": "dense", "units": 1024}, {"type": "softmax"}""");
        assertThat(network.nodes().get(6).output()).isEqualTo(TensorShape.of(800));
        assertThat(network.output()).isEqualTo(TensorShape.of(1024));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "[64] | {'type': 'conv2d', 'name': 'c', 'filters': 2, 'kernel': 3} |"
                        + " layer 0 (c, conv2d): input shape [64] (expected: [channels, height, width])",
                "[1, 8, 8] | {'type': 'relu'}, {'type': 'dense', 'name': 'd', 'units': 3} |"
                        + " layer 1 (d, dense): input shape [1, 8, 8] (expected: [features], or [time, features]; put a flatten layer before it)",
                "[1, 8, 8] | {'type': 'conv2d', 'filters': 2, 'kernel': 9} |"
                        + " layer 0 (conv2d_0, conv2d): input shape [1, 8, 8] (expected: at least 9 in dimension 1, for kernel [9, 9] with padding [0, 0])",
                "[3, 8, 8] | {'type': 'conv2d', 'filters': 4, 'kernel': 3, 'groups': 2} |"
                        + " layer 0 (conv2d_0, conv2d): input shape [3, 8, 8] (expected: channels divisible by groups = 2)",
                "[4] | {'type': 'gru', 'units': 2} | layer 0 (gru_0, gru): input shape [4] (expected: [time, features])",
                "[4] | {'type': 'embedding', 'entries': 5, 'dimension': 2} |"
                        + " layer 0 (embedding_0, embedding): an embedding here (expected: only as the first layer, with 'input': {'type': 'int64'})",
                "[2, 6] | {'type': 'reshape', 'shape': [5]} |"
                        + " layer 0 (reshape_0, reshape): input shape [2, 6] (expected: 5 elements for [5], got 12)",
                "[2, 4, 4] | {'type': 'residual', 'name': 'r', 'layers': [{'type': 'conv2d', 'filters': 3, 'kernel': 1}]} |"
                        + " layer 0 (r, residual): the layers give shape [3, 4, 4] (expected: [2, 4, 4] as given by the block''s input; adapt it with 'shortcut' layers)",
                "[2, 4, 4] | {'type': 'residual', 'name': 'r', 'layers': [{'type': 'gru', 'units': 3}]} |"
                        + " layer 0 (r, residual), layer 0 (gru_0, gru): input shape [2, 4, 4] (expected: [time, features])",
            })
    void namesTheLayerAndBothShapesOfAMismatch(String shape, String layers, String message) {
        assertThatThrownBy(() -> network(shape, layers.replace('\'', '"')))
                .isInstanceOf(InvalidDescriptionException.class)
                .hasMessage(message.strip()
                        .replace("''", "\u0000")
                        .replace('\'', '"')
                        .replace("\u0000", "'")
                        .replace("block\"s", "block's"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{'type': 'densse', 'units': 3} | layer 0: unknown layer type 'densse' (known: adaptive_avg_pool1d,",
                "{'units': 3} | layer 0: type is missing (expected: a string)",
                "3 | layer 0: number (expected: a JSON object)",
                "{'type': 'dense'} | layer 0 (dense): units is missing (expected: an integer >= 1)",
                "{'type': 'dense', 'units': 0} | layer 0 (dense): units: 0 (expected: >= 1)",
                "{'type': 'dense', 'units': 2.5} | layer 0 (dense): units: number 2.5 (expected: an integer >= 1)",
                "{'type': 'dense', 'units': 2, 'unit': 3} | layer 0 (dense): unknown field 'unit' (known: bias, name, type, units)",
                "{'type': 'dropout', 'rate': 1.5} | layer 0 (dropout): rate: 1.5 (expected: a number from 0 to 0.999)",
                "{'type': 'dense', 'units': 2, 'name': 'A b'} | layer 0 (dense): name: 'A b' (expected: a lower-case letter",
                "{'type': 'dense', 'units': 2, 'name': 'training'} | layer 0 (dense): name: 'training' (expected:",
                "{'type': 'relu', 'name': 'a'}, {'type': 'tanh', 'name': 'a'} | layer 1 (tanh): name: 'a' is taken",
                "{'type': 'conv1d', 'filters': 2, 'kernel': 4, 'padding': 'same'} | layer 0 (conv1d): padding: 'same' with kernel [4]",
                "{'type': 'conv1d', 'filters': 2, 'kernel': [1, 2]} | layer 0 (conv1d): kernel: [1,2] (expected: an integer)",
                "{'type': 'max_pool1d', 'kernel': 2, 'padding': 2} | layer 0 (max_pool1d): padding: [2] (expected: at most half of the kernel [2])",
                "{'type': 'gru', 'units': 2, 'return': 'all'} | layer 0 (gru): return: 'all' (expected: one of last, sequence)",
            })
    void refusesAMalformedLayerByName(String layers, String message) {
        assertThatThrownBy(() -> network("[4]", layers.replace('\'', '"')))
                .isInstanceOf(InvalidDescriptionException.class)
                .message()
                .startsWith(message.strip().replace('\'', '"'));
    }

    @Test
    void refusesUnknownFieldsAndTextThatIsNoJson() {
        assertThatThrownBy(() -> NetworkDescription.parse("{\"layer\": []}"))
                .hasMessageStartingWith("network description: layers: missing or empty");
        assertThatThrownBy(() -> NetworkDescription.parse("{\"layers\": [{\"type\": \"relu\"}], \"epochs\": 3}"))
                .hasMessage("network description: unknown field \"epochs\""
                        + " (known: data, description, input, layers, name, training)");
        assertThatThrownBy(() -> NetworkDescription.parse("import torch"))
                .hasMessageStartingWith("network description: not valid JSON");
        assertThatThrownBy(() -> NetworkDescription.parse("{\"name\": \"a\", \"name\": \"b\"}"))
                .hasMessageContaining("uplicate");
    }

    @Test
    void refusesADatasetOfAnotherShape() {
        NetworkDescription description = NetworkDescription.parse(
                "{\"input\": {\"shape\": [3]}, \"layers\": [{\"type\": \"dense\", \"units\": 1}]}");
        assertThatThrownBy(() -> description.resolve(TensorShape.of(4)))
                .hasMessageStartingWith("input: shape [3] (expected: [4]");
    }
}
