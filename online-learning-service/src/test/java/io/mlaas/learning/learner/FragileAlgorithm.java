package io.mlaas.learning.learner;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.linear.Linear;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Linear, by way of something beside it that may be away, such as a process: nothing works then. */
public final class FragileAlgorithm implements Algorithm {
    static volatile boolean away;

    @Override
    public String name() {
        return "fragile";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        require();
        return new Fragile(new Linear().create(schema, configuration, path));
    }

    private static void require() {
        if (away) {
            throw new IllegalStateException("the process beside it cannot be started");
        }
    }

    private record Fragile(Learner linear) implements Learner {
        @Override
        public String algorithm() {
            return "fragile";
        }

        @Override
        public ObjectNode configuration() {
            return linear.configuration();
        }

        @Override
        public Schema schema() {
            return linear.schema();
        }

        @Override
        public long learned() {
            return linear.learned();
        }

        @Override
        public void learn(Batch batch) {
            require();
            linear.learn(batch);
        }

        @Override
        public double loss(Batch batch) {
            return linear.loss(batch);
        }

        @Override
        public void predict(int rows, double[] inputs, double[] predictions) {
            linear.predict(rows, inputs, predictions);
        }

        @Override
        public Predictor snapshot() {
            return linear.snapshot();
        }

        @Override
        public Map<String, String> adjustable() {
            return linear.adjustable();
        }

        @Override
        public void writeState(DataOutput out) throws IOException {
            require();
            linear.writeState(out);
        }

        @Override
        public void readState(DataInput in) throws IOException {
            linear.readState(in);
        }

        @Override
        public void readAdjusted(DataInput in, JsonNode before) throws IOException {
            linear.readAdjusted(in, before);
        }
    }
}
