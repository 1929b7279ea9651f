package io.mlaas.online.tree;

import io.mlaas.online.Batch;
import io.mlaas.online.Predictor;
import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The members vote with their probabilities, each weighted with its accuracy. Its loss is the Brier score. */
final class ForestLearner extends SchemaLearner {
    private final ForestSettings settings;
    private final RandomSource random;
    private final List<ForestMember> members = new ArrayList<>();

    ForestLearner(String algorithm, Schema schema, ObjectNode configuration, ForestSettings settings, long seed) {
        super(algorithm, schema, configuration);
        this.settings = settings;
        random = new RandomSource(seed);
        for (int i = 0; i < settings.trees(); i++) {
            members.add(new ForestMember(schema, settings, random));
        }
    }

    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        int width = schema().width();
        for (int row = 0; row < batch.rows(); row++) {
            double weight = batch.weight(row);
            for (ForestMember member : members) {
                member.learn(batch.inputs(), row * width, (int) batch.targets()[row], weight);
            }
        }
        learned(learned() + batch.rows());
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        schema().checkInputs(rows, inputs);
        int width = schema().width();
        double[] votes = new double[schema().outputs()];
        double[] sums = new double[votes.length];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(sums, 0);
            for (ForestMember member : members) {
                member.predict(inputs, row * width, votes);
                add(votes, member.accuracy(), sums);
            }
            normalise(sums);
            System.arraycopy(sums, 0, predictions, row * sums.length, sums.length);
        }
    }

    private static void add(double[] votes, double accuracy, double[] sums) {
        for (int k = 0; k < votes.length; k++) {
            sums[k] += accuracy * votes[k];
        }
    }

    private static void normalise(double[] sums) {
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        for (int k = 0; k < sums.length; k++) {
            sums[k] = total > 0 ? sums[k] / total : 1.0 / sums.length;
        }
    }

    @Override
    public Predictor snapshot() {
        List<Node> roots = members.stream().map(ForestMember::share).toList();
        List<Double> accuracies = members.stream().map(ForestMember::accuracy).toList();
        return new Snapshot(
                schema(), learned(), roots, accuracies, settings.tree().leafPrediction());
    }

    private record Snapshot(
            Schema schema, long learned, List<Node> roots, List<Double> accuracies, LeafPrediction leafPrediction)
            implements Predictor {
        @Override
        public void predict(int rows, double[] inputs, double[] predictions) {
            schema.checkInputs(rows, inputs);
            int width = schema.width();
            double[] votes = new double[schema.outputs()];
            double[] sums = new double[votes.length];
            for (int row = 0; row < rows; row++) {
                Arrays.fill(sums, 0);
                for (int tree = 0; tree < roots.size(); tree++) {
                    Leaf leaf = roots.get(tree).leafOf(inputs, row * width);
                    leaf.predict(inputs, row * width, leafPrediction, votes);
                    add(votes, accuracies.get(tree), sums);
                }
                normalise(sums);
                System.arraycopy(sums, 0, predictions, row * sums.length, sums.length);
            }
        }
    }

    @Override
    public boolean growsClasses() {
        return true;
    }

    @Override
    protected void growClasses() {
        members.forEach(member -> member.growClasses(schema().outputs()));
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        for (ForestMember member : members) {
            member.writeState(out);
        }
        out.writeLong(random.state());
    }

    @Override
    public void readState(DataInput in) throws IOException {
        learned(in.readLong());
        for (ForestMember member : members) {
            member.readState(in);
        }
        random.state(in.readLong());
    }
}
