package io.mlaas.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultNetworkTest {

    @Test
    void seesSmallDatasetsMoreOften() {
        assertThat(described(1_797)).contains("\"epochs\": 54,");
        assertThat(described(70_000)).contains("\"epochs\": 5,");
        assertThat(described(20)).contains("\"epochs\": 200,");
    }

    private static String described(int samples) {
        return DefaultNetwork.description(
                TensorShape.of(1, 8, 8), new Samples.Targets.Classes(new int[samples], List.of("a", "b")));
    }
}
