package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Trees whose leaves are added up.
 *
 * @param columns features of a row
 * @param outputs sums that are kept
 * @param base what the sums start from
 * @param trees each with the first of the outputs that its leaves add to
 * @param singleInputs whether the source rounds its inputs to 32-bit floats before it compares them
 * @param zeroIsMissing columns in which a value within {@link #ZERO} of 0 counts as missing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record TreeEnsemble(
        int columns, int outputs, double[] base, List<Member> trees, boolean singleInputs, BitSet zeroIsMissing)
        implements Scores {
    /** What LightGBM takes for zero: {@code kZeroThreshold}. */
    static final double ZERO = 1e-35f;

    /** A tree, whose leaves of n values add to the outputs {@code first … first + n - 1}. */
    public record Member(Tree tree, int first) {}

    public TreeEnsemble {
        trees = List.copyOf(trees);
        if (base.length != outputs) {
            throw new IllegalArgumentException("base: " + base.length + " (expected: " + outputs + ")");
        }
    }

    @Override
    public Optional<TreeEnsemble> deciding() {
        return Optional.of(this);
    }

    /** What the trees compare. */
    private double[] compared(double... row) {
        double[] x = row.clone();
        for (int i = 0; i < columns; i++) {
            if (singleInputs) {
                x[i] = (float) x[i];
            }
            if (zeroIsMissing.get(i) && Math.abs(x[i]) <= ZERO) {
                x[i] = Double.NaN;
            }
        }
        return x;
    }

    /** The leaf of each tree that a row comes to; leaves of all trees are numbered on, tree by tree. */
    int[] leaves(double... row) {
        double[] x = compared(row);
        int[] leaves = new int[trees.size()];
        int first = 0;
        for (int i = 0; i < leaves.length; i++) {
            Tree tree = trees.get(i).tree;
            int reached = tree.leaf(x);
            leaves[i] = first;
            for (int node = 0; node < tree.size(); node++) {
                leaves[i] += tree.isLeaf(node) && node < reached ? 1 : 0;
                first += tree.isLeaf(node) ? 1 : 0;
            }
        }
        return leaves;
    }

    @Override
    public double[] sums(double... row) {
        double[] x = compared(row);
        double[] sums = base.clone();
        for (Member member : trees) {
            double[] value = member.tree.value(member.tree.leaf(x));
            for (int i = 0; i < value.length; i++) {
                sums[member.first + i] += value[i];
            }
        }
        return sums;
    }

    @Override
    public Tensor emit(OnnxGraph graph, Tensor x, ElementType type) {
        return new TreeOperator(graph, this).sums(x, type);
    }

    /** Thresholds that 32-bit floats do not have, where the source compares in 64 bits. */
    long inexactThresholds() {
        long inexact = 0;
        for (Member member : trees) {
            Tree tree = member.tree;
            for (int node = 0; node < tree.size() && !singleInputs; node++) {
                double threshold = tree.threshold(node);
                inexact += (float) threshold != threshold ? 1 : 0;
            }
        }
        return inexact;
    }

    /** Columns in which any tree asks for categories. */
    BitSet categoricalColumns() {
        BitSet columns = new BitSet();
        for (Member member : trees) {
            Tree tree = member.tree;
            for (int node = 0; node < tree.size(); node++) {
                if (tree.test(node) == Tree.Test.MEMBER) {
                    columns.set(tree.feature(node));
                }
            }
        }
        return columns;
    }

    /** Nodes of all trees together. */
    long nodes() {
        return trees.stream().mapToLong(m -> m.tree.size()).sum();
    }

    /** A bound on how large any sum, also a partial one, can become. */
    double largestSum() {
        double[] sums = Arrays.stream(base).map(Math::abs).toArray();
        for (Member member : trees) {
            double[] largest = new double[outputs];
            for (int node = 0; node < member.tree.size(); node++) {
                double[] value = member.tree.value(node);
                for (int i = 0; i < value.length; i++) {
                    largest[i] = Math.max(largest[i], Math.abs(value[i]));
                }
            }
            for (int i = 0; i + member.first < outputs; i++) {
                sums[member.first + i] += largest[i];
            }
        }
        return Arrays.stream(sums).max().orElse(0);
    }
}
