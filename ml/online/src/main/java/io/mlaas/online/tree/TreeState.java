package io.mlaas.online.tree;

import io.mlaas.online.Schema;
import io.mlaas.online.StateRefused;
import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The nodes of a tree in a learner's state, each before its branches. */
final class TreeState {
    private static final int LEAF = 0;
    private static final int SPLIT = 1;

    private final Schema schema;
    private final @Nullable LeafLayout wholeLayout;
    private final int classes;
    private final TreeSettings settings;
    private final long epoch;

    TreeState(Schema schema, @Nullable LeafLayout wholeLayout, int classes, TreeSettings settings, long epoch) {
        this.schema = schema;
        this.wholeLayout = wholeLayout;
        this.classes = classes;
        this.settings = settings;
        this.epoch = epoch;
    }

    static void write(Node node, boolean withColumns, DataOutput out) throws IOException {
        switch (node) {
            case Leaf leaf -> {
                out.writeByte(LEAF);
                if (withColumns) {
                    StateValues.write(out, leaf.layout.columns());
                }
                StateValues.write(out, leaf.classWeights);
                StateValues.write(out, leaf.statistics);
                out.writeDouble(leaf.weightAtLastTry);
                out.writeDouble(leaf.majorityRight);
                out.writeDouble(leaf.bayesRight);
            }
            case Split split -> {
                out.writeByte(SPLIT);
                out.writeInt(split.column);
                out.writeDouble(split.threshold);
                for (Node child : split.children) {
                    write(child, withColumns, out);
                }
            }
        }
    }

    Node read(DataInput in, int depth) throws IOException {
        byte kind = in.readByte();
        if (kind == LEAF) {
            return leaf(in, depth);
        }
        int column = in.readInt();
        if (kind != SPLIT || column < 0 || column >= schema.width() || depth >= settings.maxDepth()) {
            throw new StateRefused("state: not a tree of these inputs");
        }
        double threshold = in.readDouble();
        boolean numeric = schema.values(column) == 0;
        Node[] children = new Node[numeric || !Double.isNaN(threshold) ? 2 : schema.values(column)];
        for (int i = 0; i < children.length; i++) {
            children[i] = read(in, depth + 1);
        }
        return new Split(epoch, column, numeric, threshold, children);
    }

    private Leaf leaf(DataInput in, int depth) throws IOException {
        LeafLayout layout = wholeLayout;
        if (layout == null) {
            int[] columns = StateValues.readInts(in, schema.width());
            for (int column : columns) {
                if (column < 0 || column >= schema.width()) {
                    throw new StateRefused("state: input " + column + " (expected: 0 to " + (schema.width() - 1) + ")");
                }
            }
            layout = new LeafLayout(schema, columns);
        }
        double[] classWeights = new double[classes];
        StateValues.read(in, classWeights);
        Leaf leaf = new Leaf(epoch, layout, depth, classWeights);
        StateValues.read(in, leaf.statistics);
        leaf.weightAtLastTry = in.readDouble();
        leaf.majorityRight = in.readDouble();
        leaf.bayesRight = in.readDouble();
        return leaf;
    }
}
