package io.mlaas.online.tree;

import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.statistics.stream.Adwin;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A tree of the forest, what watches its errors, and the tree that grows in the background since the last warning. Only
 * errors that become more frequent count as a change.
 */
final class ForestMember {
    private final Schema schema;
    private final ForestSettings settings;
    private final RandomSource random;
    private final Adwin warning;
    private final Adwin drift;
    private GrowingTree tree;
    private @Nullable GrowingTree background;
    private double[] votes;
    private double right;
    private double seen;

    ForestMember(Schema schema, ForestSettings settings, RandomSource random) {
        this.schema = schema;
        this.settings = settings;
        this.random = random;
        warning = new Adwin(settings.warningDelta());
        drift = new Adwin(settings.driftDelta());
        votes = new double[schema.outputs()];
        tree = newTree();
    }

    private GrowingTree newTree() {
        return new GrowingTree(schema, votes.length, settings.tree(), random);
    }

    /** Share of the rows that this tree had right before it learned them. */
    double accuracy() {
        return seen == 0 ? 1 : right / seen;
    }

    Node share() {
        return tree.share();
    }

    void predict(double[] inputs, int start, double[] probabilities) {
        tree.predict(inputs, start, probabilities);
    }

    void learn(double[] inputs, int start, int label, double weight) {
        tree.predict(inputs, start, votes);
        boolean correct = Leaf.largest(votes) == label;
        right += correct ? weight : 0;
        seen += weight;
        int times = random.nextPoisson(settings.lambda());
        if (times > 0) {
            tree.learn(inputs, start, label, times * weight);
            if (background != null) {
                background.learn(inputs, start, label, times * weight);
            }
        }
        watch(correct ? 0 : 1);
    }

    private void watch(double error) {
        if (grewWorse(warning, error)) {
            background = newTree();
            warning.reset();
        }
        if (grewWorse(drift, error)) {
            tree = background == null ? newTree() : background;
            background = null;
            warning.reset();
            drift.reset();
            right = 0;
            seen = 0;
        }
    }

    private static boolean grewWorse(Adwin detector, double error) {
        double before = detector.mean();
        return detector.update(error) && detector.mean() > before;
    }

    void growClasses(int classes) {
        votes = new double[classes];
        tree.growClasses(classes);
        if (background != null) {
            background.growClasses(classes);
        }
    }

    void writeState(DataOutput out) throws IOException {
        out.writeDouble(right);
        out.writeDouble(seen);
        warning.writeState(out);
        drift.writeState(out);
        tree.writeState(out);
        out.writeBoolean(background != null);
        if (background != null) {
            background.writeState(out);
        }
    }

    void readState(DataInput in) throws IOException {
        right = in.readDouble();
        seen = in.readDouble();
        warning.readState(in);
        drift.readState(in);
        tree.readState(in);
        background = null;
        if (in.readBoolean()) {
            GrowingTree restored = newTree();
            restored.readState(in);
            background = restored;
        }
    }
}
