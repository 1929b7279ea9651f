package io.mlaas.onnx.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SampleBySampleTest {
    private final List<Integer> asked = new ArrayList<>();

    private static NamedTensors batch(double... values) {
        return NamedTensors.of("x", TypedTensor.float64(values, values.length, 1));
    }

    private SampleBySample reference(UnaryOperator<double[]> function) {
        return new SampleBySample("test", inputs -> {
            asked.add(inputs.samples());
            double[] y = function.apply(inputs.first().doubles());
            return NamedTensors.of("y", TypedTensor.float64(y, y.length, 1));
        });
    }

    @Test
    void calculatesEqualSamplesOnce() {
        SampleBySample doubled = reference(x -> Arrays.stream(x).map(v -> 2 * v).toArray());
        assertThat(doubled.run(batch(1, 2)).first().doubles()).containsExactly(2, 4);
        asked.clear();
        assertThat(doubled.run(batch(3, 3, 3, 4, 4)).first().doubles()).containsExactly(6, 6, 6, 8, 8);
        assertThat(asked).containsExactly(2);
        assertThat(doubled.run(batch(5)).first().doubles()).containsExactly(10);
        assertThat(doubled.run(batch(5, 5, 5)).first().doubles()).containsExactly(10, 10, 10);
        assertThat(asked).containsExactly(2, 1);
    }

    @Test
    void keepsBatchesWholeWhoseSamplesMeet() {
        SampleBySample centred = reference(x -> {
            double mean = Arrays.stream(x).average().orElseThrow();
            return Arrays.stream(x).map(v -> v - mean).toArray();
        });
        assertThat(centred.run(batch(1, 3)).first().doubles()).containsExactly(-1, 1);
        assertThat(centred.run(batch(3, 3, 6)).first().doubles()).containsExactly(-1, -1, 2);
        assertThat(centred.run(batch(6)).first().doubles()).containsExactly(0);
    }
}
