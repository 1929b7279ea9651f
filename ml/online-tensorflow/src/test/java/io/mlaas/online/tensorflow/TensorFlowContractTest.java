package io.mlaas.online.tensorflow;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Schema;
import io.mlaas.online.contract.LearnerContract;
import org.junit.jupiter.api.condition.EnabledIf;

/** A classifier with Adam; with {@code -Ptensorflow}. */
@EnabledIf("io.mlaas.online.tensorflow.Fixtures#isThere")
class TensorFlowContractTest extends LearnerContract {
    private static final byte[] ARCHIVE = Fixtures.bytes("classifier.zip");

    @Override
    protected Algorithm algorithm() {
        return Fixtures.training(ARCHIVE);
    }

    @Override
    protected String configuration() {
        return "{\"archive\": \"" + Fixtures.sha256(ARCHIVE) + "\", \"batch_size\": 32}";
    }

    @Override
    protected String otherConfiguration() {
        return "{\"archive\": \"" + Fixtures.sha256(ARCHIVE) + "\", \"batch_size\": 64}";
    }

    @Override
    protected Schema schema() {
        return Fixtures.CLASSES;
    }

    @Override
    protected double tolerance() {
        return 1e-6;
    }
}
