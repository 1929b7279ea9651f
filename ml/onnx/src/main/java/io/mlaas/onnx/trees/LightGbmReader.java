package io.mlaas.onnx.trees;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.Unsupported;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decodes the text that {@code Booster.save_model} of LightGBM writes (versions 2 to 4 of its format). */
final class LightGbmReader {
    private static final int MAX_COLUMNS = 10_000_000;

    private final BufferedReader lines;
    private final List<Unsupported> unsupported = new ArrayList<>();
    private final SortedMap<String, Integer> operators = new TreeMap<>();
    private @Nullable String next;

    private LightGbmReader(BufferedReader lines) {
        this.lines = lines;
    }

    static TreeModel read(BufferedReader lines, String sha256) throws IOException {
        return new LightGbmReader(lines).model(sha256);
    }

    private TreeModel model(String sha256) throws IOException {
        next = lines.readLine();
        if (!"tree".equals(next)) {
            throw Tree.damaged("line 1: not that of a LightGBM model (expected: tree)");
        }
        next = lines.readLine();
        LightGbmBlock header = block("the header");
        int perIteration = header.integer("num_tree_per_iteration");
        int columns = header.integer("max_feature_idx") + 1;
        if (perIteration < 1 || perIteration > 100_000 || columns < 1 || columns > MAX_COLUMNS) {
            throw Tree.damaged("num_tree_per_iteration, max_feature_idx: " + perIteration + ", " + (columns - 1)
                    + " (expected: 1 to 100000, below " + MAX_COLUMNS + ")");
        }
        List<LightGbmTree> trees = new ArrayList<>();
        while (next != null && next.startsWith("Tree=")) {
            String name = "tree " + next.substring("Tree=".length());
            next = lines.readLine();
            trees.add(new LightGbmTree(block(name), columns));
        }
        if (!"end of trees".equals(next)) {
            throw Tree.damaged("the file ends early, after " + trees.size() + " trees (expected: end of trees)");
        }
        if (trees.size() % perIteration != 0) {
            throw Tree.damaged("trees: " + trees.size() + " (expected: a multiple of " + perIteration + ")");
        }
        boolean average = header.has("average_output");
        TreeEnsemble ensemble = ensemble(trees, columns, perIteration, average);
        Scores scores = ensemble;
        if (trees.stream().anyMatch(LightGbmTree::isLinear)) {
            double share = average ? (double) perIteration / trees.size() : 1;
            scores = new LinearLeaves(
                    ensemble,
                    trees.stream().flatMap(t -> t.linear(share).stream()).toList());
        }
        operators.merge("tree", trees.size(), Integer::sum);
        return withObjective(header, scores, sha256);
    }

    private LightGbmBlock block(String name) throws IOException {
        Map<String, String> entries = new HashMap<>();
        while (next != null && !next.startsWith("Tree=") && !next.equals("end of trees")) {
            int equals = next.indexOf('=');
            if (equals >= 0) {
                entries.put(next.substring(0, equals), next.substring(equals + 1));
            } else if (!next.isBlank()) {
                entries.put(next.strip(), "");
            }
            next = lines.readLine();
        }
        return new LightGbmBlock(name, entries);
    }

    private TreeEnsemble ensemble(List<LightGbmTree> trees, int columns, int outputs, boolean average) {
        BitSet zero = new BitSet();
        BitSet other = new BitSet();
        List<TreeEnsemble.Member> members = new ArrayList<>();
        double share = average ? (double) outputs / trees.size() : 1;
        for (int i = 0; i < trees.size(); i++) {
            LightGbmTree tree = trees.get(i);
            members.add(new TreeEnsemble.Member(tree.read(share), i % outputs));
            zero.or(tree.zeroIsMissing());
            other.or(tree.zeroIsNumber());
        }
        if (zero.intersects(other)) {
            zero.and(other);
            unsupported.add(new Unsupported("zero_as_missing in some trees and not in others", "columns " + zero, 1));
        }
        return new TreeEnsemble(columns, outputs, new double[outputs], members, false, zero);
    }

    private TreeModel withObjective(LightGbmBlock header, Scores scores, String sha256) {
        String[] words =
                header.has("objective") ? header.text("objective").strip().split("\\s+", -1) : new String[] {"none"};
        operators.merge(words[0], 1, Integer::sum);
        double slope = 1;
        boolean squareRoot = false;
        for (String word : words) {
            squareRoot |= word.equals("sqrt");
            if (word.startsWith("sigmoid:")) {
                slope = header.number("sigmoid", word.substring("sigmoid:".length()));
            }
        }
        boolean classifies = false;
        Link link = Link.IDENTITY;
        switch (words[0]) {
            case "binary", "multiclassova" -> {
                classifies = true;
                link = Link.SIGMOID;
            }
            case "multiclass" -> {
                classifies = true;
                link = Link.SOFTMAX;
            }
            case "poisson", "gamma", "tweedie" -> link = Link.EXP;
            case "cross_entropy" -> link = Link.SIGMOID;
            case "cross_entropy_lambda" -> link = Link.SOFTPLUS;
            case "regression", "regression_l1", "huber", "fair", "quantile", "mape" ->
                link = squareRoot ? Link.SIGNED_SQUARE : Link.IDENTITY;
            case "lambdarank", "rank_xendcg", "none", "custom", "" -> link = Link.IDENTITY;
            default -> unsupported.add(new Unsupported("objective " + words[0], "the header", 1));
        }
        return new TreeModel(
                new ModelSource(
                        "lightgbm", header.has("version") ? header.text("version") : "", "LightGBM", "", sha256),
                scores,
                classifies,
                link,
                slope,
                header.has("feature_names")
                        ? List.of(header.text("feature_names").split(" ", -1))
                        : List.of(),
                operators,
                List.of(),
                unsupported);
    }
}
