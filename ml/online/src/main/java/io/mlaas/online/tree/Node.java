package io.mlaas.online.tree;

/**
 * A node belongs to the tree that made it as long as their epochs are equal; older ones are shared with snapshots, and are
 * copied before they change.
 */
abstract sealed class Node permits Leaf, Split {
    final long epoch;

    Node(long epoch) {
        this.epoch = epoch;
    }

    abstract Node copy(long ofEpoch);

    final Leaf leafOf(double[] inputs, int start) {
        Node node = this;
        while (node instanceof Split split) {
            node = split.children[split.branch(inputs, start)];
        }
        return (Leaf) node;
    }
}
