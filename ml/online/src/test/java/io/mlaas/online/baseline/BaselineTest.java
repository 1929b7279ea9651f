package io.mlaas.online.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Algorithms;
import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.contract.LearnerContract;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class BaselineTest extends LearnerContract {

    @Override
    protected Algorithm algorithm() {
        return Algorithms.named("baseline", "$.algorithm");
    }

    @Override
    protected String otherConfiguration() {
        return "{\"fading\": 0.9}";
    }

    @Test
    void predictsWeightedMeans() {
        Schema schema = Schema.numeric(1, new Target.Regression(List.of("power", "heat")));
        Learner learner = algorithm().create(schema, JsonNodeFactory.instance.objectNode());
        learner.learn(new Batch(2, new double[] {0, 0}, new double[] {1, 10, 4, 20}, new double[] {1, 2}));
        assertThat(learner.predict(1, new double[] {5})).containsExactly(3, 50.0 / 3);
    }
}
