package io.mlaas.online.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Learner;
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

class LinearTest {

    abstract static class Contract extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return new Linear();
        }

        @Override
        protected String otherConfiguration() {
            return "{\"fit_intercept\": false}";
        }
    }

    @Nested
    class LogisticAgainstTheRest extends Contract {
        @Override
        protected String configuration() {
            return "{\"optimizer\": {\"learning_rate\": \"constant\", \"eta0\": 0.05}}";
        }
    }

    @Nested
    class SoftmaxWithElasticNet extends Contract {
        @Override
        protected String configuration() {
            return """
                    {"loss": "softmax", "optimizer": {"learning_rate": "adaptive", "eta0": 0.1, "window": 70, "patience": 1,
                    "penalty": "elasticnet"}}""";
        }
    }

    @Nested
    class BinaryFtrl extends Contract {
        @Override
        protected String configuration() {
            return "{\"optimizer\": {\"type\": \"ftrl\", \"l1\": 0.1}}";
        }

        @Override
        protected Schema schema() {
            return new Schema(
                    List.of(new Input.Tensor("image", List.of(3, 2)), new Input.Nominal("n", List.of("a", "b"))),
                    new Target.Classification(List.of("no", "yes")));
        }
    }

    @Nested
    class HingeWithAdaGrad extends Contract {
        @Override
        protected String configuration() {
            return "{\"loss\": \"hinge\", \"optimizer\": {\"type\": \"adagrad\"}}";
        }
    }

    @Nested
    class RegressionOfTwo extends Contract {
        @Override
        protected Schema schema() {
            return Schema.numeric(4, new Target.Regression(List.of("power", "heat")));
        }
    }

    @Nested
    class PassiveAggressiveRegression extends Contract {
        @Override
        protected String configuration() {
            return "{\"optimizer\": {\"type\": \"passive_aggressive_2\", \"c\": 0.1}}";
        }

        @Override
        protected Schema schema() {
            return Schema.numeric(4, new Target.Regression(List.of("power")));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'loss': 'huber'} | $.c.loss: huber (expected: a loss of a classification)",
                "{'loss': 'log'} | $.c.loss: \"log\" (expected: one of squared_error, huber,",
                "{'optimizer': 3} | $.c.optimizer: 3 (expected: a JSON object)",
                "{'optimizer': {'eta0': 0}} | $.c.optimizer.eta0: 0 (expected: a number > 0 and <= 1000)",
                "{'optimizer': {'type': 'ftrl', 'eta0': 1}} | $.c.optimizer.eta0: unknown field (expected: one of alpha, beta",
                "{'optimizer': {'type': 'passive_aggressive_1'}, 'loss': 'log_loss'} | $.c.loss: log_loss (expected: hinge",
            })
    void refusesWithThePath(String json, String message) {
        Schema schema = Schema.numeric(2, new Target.Classification(List.of("a", "b")));
        assertThatThrownBy(
                        () -> new Linear().create(schema, JsonMapper.shared().readTree(json.replace('\'', '"')), "$.c"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith(message.strip());
    }

    @Test
    void learnsALinearFunctionWell() {
        Schema schema = Schema.numeric(5, new Target.Classification(List.of("a", "b")));
        Learner learner = new Linear().create(schema, JsonMapper.shared().readTree("{}"), "$");
        learner.learn(StreamOfRows.batch(schema, 5000, 1));
        assertThat(learner.loss(StreamOfRows.batch(schema, 1000, 2))).isLessThan(0.2);
    }
}
