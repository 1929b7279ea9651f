package io.mlaas.online.tree;

import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A Hoeffding tree: a leaf becomes a split when enough rows have shown which input divides it best. */
final class GrowingTree {
    private final Schema schema; // without classes added later
    private final TreeSettings settings;
    private final RandomSource random;
    private final @Nullable LeafLayout wholeLayout;
    private double[] scratch;
    private Node root;
    private int leaves = 1;
    private long epoch;

    /** @param random draws the inputs that leaves watch; not used if they watch all of them */
    GrowingTree(Schema schema, int classes, TreeSettings settings, RandomSource random) {
        this.schema = schema;
        this.settings = settings;
        this.random = random;
        int[] all = new int[schema.width()];
        Arrays.setAll(all, i -> i);
        wholeLayout = settings.subspace() == 0 ? new LeafLayout(schema, all) : null;
        scratch = new double[classes];
        root = new Leaf(0, layout(), 0, new double[classes]);
    }

    private LeafLayout layout() {
        if (wholeLayout != null) {
            return wholeLayout;
        }
        int[] columns = new int[schema.width()];
        Arrays.setAll(columns, i -> i);
        int count = Math.min(settings.subspace(), columns.length);
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(columns.length - i);
            int drawn = columns[j];
            columns[j] = columns[i];
            columns[i] = drawn;
        }
        int[] chosen = Arrays.copyOf(columns, count);
        Arrays.sort(chosen);
        return new LeafLayout(schema, chosen);
    }

    int leaves() {
        return leaves;
    }

    void predict(double[] inputs, int start, double[] probabilities) {
        root.leafOf(inputs, start).predict(inputs, start, settings.leafPrediction(), probabilities);
    }

    /** What will not change from now on: nodes are copied before the tree changes them. */
    Node share() {
        epoch++;
        return root;
    }

    void learn(double[] inputs, int start, int label, double weight) {
        if (weight == 0) {
            return;
        }
        root = owned(root);
        Split parent = null;
        int branch = 0;
        Node node = root;
        while (node instanceof Split split) {
            parent = split;
            branch = split.branch(inputs, start);
            node = owned(split.children[branch]);
            split.children[branch] = node;
        }
        Leaf leaf = (Leaf) node;
        countRights(leaf, inputs, start, label, weight);
        leaf.learn(inputs, start, label, weight);
        Node grown = grow(leaf);
        if (parent == null) {
            root = grown;
        } else {
            parent.children[branch] = grown;
        }
    }

    private Node owned(Node node) {
        return node.epoch == epoch ? node : node.copy(epoch);
    }

    private void countRights(Leaf leaf, double[] inputs, int start, int label, double weight) {
        if (settings.leafPrediction() != LeafPrediction.NAIVE_BAYES_ADAPTIVE) {
            return;
        }
        leaf.majorityRight += Leaf.largest(leaf.classWeights) == label ? weight : 0;
        leaf.naiveBayes(inputs, start, scratch);
        leaf.bayesRight += Leaf.largest(scratch) == label ? weight : 0;
    }

    private Node grow(Leaf leaf) {
        double weight = leaf.weight();
        if (weight - leaf.weightAtLastTry < settings.gracePeriod()
                || leaf.depth >= settings.maxDepth()
                || leaves >= settings.maxLeaves()) {
            return leaf;
        }
        leaf.weightAtLastTry = weight;
        if (!leaf.mixed()) {
            return leaf;
        }
        SplitSearch search = new SplitSearch(leaf, settings.nominalSplits());
        SplitSearch.Candidate best = search.best();
        double bound = bound(leaf, weight);
        if (best == null || (best.gain() - search.secondGain() <= bound && bound >= settings.tie())) {
            return leaf;
        }
        return leaves + best.branches().length - 1 > settings.maxLeaves() ? leaf : split(leaf, best);
    }

    /** Hoeffding's: with probability 1 - delta, a mean of {@code weight} numbers is no further from its expectation. */
    private double bound(Leaf leaf, double weight) {
        int seen = 0;
        for (double classWeight : leaf.classWeights) {
            seen += classWeight > 0 ? 1 : 0;
        }
        double range = Math.log(seen) / Math.log(2);
        return Math.sqrt(range * range * Math.log(1 / settings.delta()) / (2 * weight));
    }

    private Split split(Leaf leaf, SplitSearch.Candidate best) {
        Node[] children = new Node[best.branches().length];
        for (int b = 0; b < children.length; b++) {
            children[b] = new Leaf(epoch, layout(), leaf.depth + 1, best.branches()[b]);
        }
        leaves += children.length - 1;
        int column = leaf.layout.column(best.input());
        return new Split(epoch, column, leaf.layout.numeric(best.input()), best.threshold(), children);
    }

    void growClasses(int classes) {
        scratch = new double[classes];
        root = withClasses(root, classes);
    }

    private Node withClasses(Node node, int classes) {
        Node grown = owned(node);
        switch (grown) {
            case Leaf leaf -> leaf.growClasses(classes);
            case Split split -> {
                for (int i = 0; i < split.children.length; i++) {
                    split.children[i] = withClasses(split.children[i], classes);
                }
            }
        }
        return grown;
    }

    void writeState(DataOutput out) throws IOException {
        out.writeInt(leaves);
        TreeState.write(root, settings.subspace() > 0, out);
    }

    void readState(DataInput in) throws IOException {
        leaves = in.readInt();
        epoch++;
        root = new TreeState(schema, wholeLayout, scratch.length, settings, epoch).read(in, 0);
    }
}
