package io.mlaas.online.vw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Algorithms;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Learner;
import io.mlaas.online.LearnerState;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.contract.LearnerContract;
import io.mlaas.online.contract.StreamOfRows;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class VowpalWabbitTest {

    abstract static class Contract extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return Algorithms.named("vowpal_wabbit", "$");
        }

        @Override
        protected String otherConfiguration() {
            return "{\"learning_rate\": 0.1}";
        }
    }

    @Nested
    class OneAgainstAll extends Contract {}

    @Nested
    class TwoClassesWithPairs extends Contract {
        @Override
        protected String configuration() {
            return "{\"update\": \"ftrl\", \"quadratic\": true, \"bits\": 12}";
        }

        @Override
        protected Schema schema() {
            return new Schema(
                    List.of(new Input.Tensor("image", List.of(3, 2)), new Input.Nominal("n", List.of("a", "b"))),
                    new Target.Classification(List.of("no", "yes")));
        }
    }

    @Nested
    class Regression extends Contract {
        @Override
        protected Schema schema() {
            return Schema.numeric(4, new Target.Regression(List.of("power")));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'loss': 'squared'} | $.c.loss: squared (expected: logistic or hinge for a classification)",
                "{'bits': 40} | $.c.bits: 40 (expected: an integer from 8 to 24)",
                "{'options': '--help'} | $.c.options: unknown field",
                "{'update': '--daemon'} | $.c.update: \"--daemon\" (expected: one of normalized_adaptive, sgd, ftrl)",
            })
    void takesNoOptionOfVowpalWabbitAsItIs(String json, String message) {
        Schema schema = Schema.numeric(2, new Target.Classification(List.of("a --help", "| b")));
        assertThatThrownBy(() ->
                        new VowpalWabbit().create(schema, JsonMapper.shared().readTree(json.replace('\'', '"')), "$.c"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith(message.strip());
    }

    @Test
    void namesOfUsersDoNotReachItsParser() {
        Schema schema = new Schema(
                List.of(new Input.Numeric("| --help"), new Input.Nominal("x:y", List.of("| 1", "\n"))),
                new Target.Classification(List.of("a", "b")));
        Examples examples = new Examples(schema);
        assertThat(examples.toLearn(new double[] {0.5, 1}, 0, 1, 2)).isEqualTo("1.0 2.0 | 0:0.5 2");
        assertThat(examples.toPredict(1, new double[] {0, 0})).containsExactly(" | 1");
    }

    @Test
    void theEndOfTheNativeCodeIsNotTheEndOfTheProgram() throws Exception {
        Schema schema = Schema.numeric(2, new Target.Regression(List.of("power")));
        Algorithm algorithm = new VowpalWabbit();
        WabbitLearner learner =
                (WabbitLearner) algorithm.create(schema, JsonMapper.shared().readTree("{}"));
        learner.learn(StreamOfRows.batch(schema, 100, 1));
        byte[] state = LearnerState.write(learner);
        learner.process().end();
        assertThatThrownBy(() -> learner.learn(StreamOfRows.batch(schema, 100, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Vowpal Wabbit's process has ended with 137; restore the learner from its last state");
        LearnerState.read(state, learner);
        learner.learn(StreamOfRows.batch(schema, 100, 2));
        assertThat(learner.learned()).isEqualTo(200);
        learner.close();
    }

    @Test
    void aRaceRefusesWhatOneContenderRefusesBeforeAnyLearns() {
        Schema schema = Schema.numeric(2, new Target.Regression(List.of("power")));
        String contenders = "{\"contenders\": [{\"algorithm\": \"linear\"}, {\"algorithm\": \"vowpal_wabbit\"}]}";
        try (Learner race = Algorithms.named("champion_race", "$")
                .create(schema, JsonMapper.shared().readTree(contenders))) {
            String before = LearnerState.digest(race);
            Batch batch = StreamOfRows.batch(schema, 100, 2);
            batch.inputs()[199] = 1e13;
            assertThatThrownBy(() -> race.learn(batch))
                    .isInstanceOf(BatchRefused.class)
                    .hasMessageStartingWith("row 99: value 1: 1.0E13 (expected by Vowpal Wabbit:");
            assertThat(LearnerState.digest(race)).isEqualTo(before);
        }
    }
}
