package io.mlaas.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class HyperparametersTest {

    @Test
    void winOverTheDescriptionAndTellWhatTheyDoNotKnow() {
        List<String> told = new ArrayList<>();
        String merged = Hyperparameters.apply(
                        JsonMapper.builder()
                                .build()
                                .readTree("{\"epochs\": 3, \"optimizer\": \"sgd\", \"split\": {\"test\": 0.2}}"),
                        Map.of(
                                "MLAAS_PARAM_EPOCHS", "7",
                                "MLAAS_PARAM_LEARNING_RATE", "0.5",
                                "MLAAS_PARAM_VALIDATION_SHARE", "0.1",
                                "MLAAS_PARAM_CLASS_WEIGHTS", "balanced",
                                "MLAAS_PARAM_COLOUR", "red",
                                "PATH", "x"),
                        told::add)
                .toString();
        assertThat(merged)
                .isEqualTo("{\"epochs\":7,\"optimizer\":{\"type\":\"sgd\",\"learning_rate\":0.5},"
                        + "\"split\":{\"test\":0.2,\"validation\":0.1},\"class_weights\":\"balanced\"}");
        assertThat(told).hasSize(1).first().asString().startsWith("parameter colour is not one of the trainer's");
    }
}
