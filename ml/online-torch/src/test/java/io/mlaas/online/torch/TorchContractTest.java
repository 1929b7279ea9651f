package io.mlaas.online.torch;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.contract.LearnerContract;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import tools.jackson.databind.json.JsonMapper;

/** The contract of every learner, for networks of several kinds. */
class TorchContractTest {

    /** Dropout and batch normalisation, classes, a nominal input. */
    @Nested
    class WithDropout extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return new Torch();
        }

        @Override
        protected String configuration() {
            return configured(0.01);
        }

        @Override
        protected String otherConfiguration() {
            return configured(0.02);
        }

        private static String configured(double rate) {
            return """
                {"network": {"layers": [{"type": "dense", "units": 12}, {"type": "batch_norm"}, {"type": "relu"},
                  {"type": "dropout", "rate": 0.2}, {"type": "dense", "units": 3}, {"type": "softmax"}]},
                 "optimizer": {"type": "adam", "learning_rate": %s}, "batch_size": 32}""".formatted(rate);
        }

        @Override
        protected double tolerance() {
            return 1e-6;
        }
    }

    /** A sequence, and two numbers to forecast. */
    @Nested
    class Recurrent extends LearnerContract {
        @Override
        protected Algorithm algorithm() {
            return new Torch();
        }

        @Override
        protected int rows() {
            return 100;
        }

        @Override
        protected Schema schema() {
            return new Schema(
                    List.of(new Input.Tensor("window", List.of(5, 2))),
                    new Target.Regression(List.of("next", "later")));
        }

        @Override
        protected String configuration() {
            return configured(3);
        }

        @Override
        protected String otherConfiguration() {
            return configured(4);
        }

        private static String configured(int seed) {
            return """
                {"network": {"layers": [{"type": "gru", "units": 8}, {"type": "dense", "units": 2}]}, "seed": %d,
                 "optimizer": {"type": "adam", "learning_rate": 0.01}, "batch_size": 50, "epochs": 2}""".formatted(seed);
        }

        @Override
        protected double tolerance() {
            return 1e-6;
        }
    }

    /** An archive that was trained before, whose first layer stays as it is. */
    @Nested
    class Archived extends LearnerContract {
        private static final Schema ROWS = Schema.numeric(4, new Target.Classification(List.of("low", "high")));
        private static final byte[] TRAINED = trained();

        private static byte[] trained() {
            String network = """
                {"network": {"layers": [{"type": "dense", "units": 8, "name": "first"}, {"type": "tanh"},
                  {"type": "dense", "units": 2}, {"type": "softmax"}]}}""";
            try (TorchLearner learner =
                    new Torch().create(ROWS, JsonMapper.shared().readTree(network))) {
                return learner.archive();
            }
        }

        @Override
        protected Algorithm algorithm() {
            return new Torch(digest -> Optional.of(TRAINED));
        }

        @Override
        protected Schema schema() {
            return ROWS;
        }

        @Override
        protected String configuration() {
            return configured(0.1);
        }

        @Override
        protected String otherConfiguration() {
            return configured(0.2);
        }

        private static String configured(double rate) {
            return """
                {"archive": "%s", "freeze": ["first"], "batch_size": 10, "shuffle": false,
                 "optimizer": {"type": "sgd", "learning_rate": %s, "momentum": 0.9}}""".formatted(Archive.read(TRAINED).sha256(), rate);
        }

        @Override
        protected double tolerance() {
            return 1e-6;
        }
    }
}
