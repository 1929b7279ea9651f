package io.mlaas.onnx.trees;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.Unsupported;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decodes the document that {@code Booster.save_model} writes (XGBoost 1.0 and newer; its schema is
 * {@code doc/model.schema} of XGBoost's repository).
 */
final class XGBoostReader {
    /** More columns than any dataset. */
    private static final int MAX_COLUMNS = 10_000_000;

    private final Document root;
    private final Document learner;
    private final List<String> warnings = new ArrayList<>();
    private final List<Unsupported> unsupported = new ArrayList<>();
    private final SortedMap<String, Integer> operators = new TreeMap<>();

    private XGBoostReader(Document root) {
        this.root = root;
        this.learner = root.get("learner");
    }

    static TreeModel read(Document root, String sha256) {
        return new XGBoostReader(root).model(sha256);
    }

    private TreeModel model(String sha256) {
        Document parameters = learner.get("learner_model_param");
        int columns = parameters.get("num_feature").integer();
        int classes = parameters.get("num_class").integer();
        int targets =
                parameters.has("num_target") ? parameters.get("num_target").integer() : 1;
        int outputs = Math.max(1, Math.max(classes, targets));
        if (columns < 1 || columns > MAX_COLUMNS || outputs > 100_000) {
            throw Tree.damaged("num_feature, num_class: " + columns + ", " + outputs + " (expected: 1 to " + MAX_COLUMNS
                    + ", at most 100000)");
        }
        String objective = learner.get("objective").get("name").text();
        Link link = link(objective);
        double[] base = base(parameters.get("base_score"), outputs, objective);
        Document booster = learner.get("gradient_booster");
        String kind = booster.get("name").text();
        Scores scores =
                switch (kind) {
                    case "gbtree" -> trees(booster.get("model"), columns, base, new double[0]);
                    case "dart" ->
                        trees(
                                booster.get("gbtree").get("model"),
                                columns,
                                base,
                                booster.get("weight_drop").numbers());
                    case "gblinear" -> linear(booster.get("model").get("weights"), columns, base);
                    default ->
                        throw Tree.damaged(
                                "learner.gradient_booster.name: " + kind + " (expected: gbtree, dart or gblinear)");
                };
        operators.merge(kind, 1, Integer::sum);
        operators.merge(objective, 1, Integer::sum);
        boolean classifies = link == Link.SOFTMAX || objective.equals("binary:logistic") || link == Link.STEP;
        return new TreeModel(
                new ModelSource("xgboost", "", "XGBoost", version(), sha256),
                scores,
                classifies,
                link,
                1,
                List.of(),
                operators,
                warnings,
                unsupported);
    }

    private String version() {
        return root.has("version")
                ? Arrays.stream(root.get("version").integers())
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("."))
                : "";
    }

    private Link link(String objective) {
        return switch (objective) {
            case "binary:logistic", "reg:logistic" -> Link.SIGMOID;
            case "multi:softprob", "multi:softmax" -> Link.SOFTMAX;
            case "binary:hinge" -> Link.STEP;
            case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> Link.EXP;
            case "reg:squarederror",
                    "reg:linear",
                    "reg:squaredlogerror",
                    "reg:absoluteerror",
                    "reg:pseudohubererror",
                    "reg:quantileerror",
                    "reg:expectileerror",
                    "binary:logitraw",
                    "rank:pairwise",
                    "rank:ndcg",
                    "rank:map" -> Link.IDENTITY;
            default -> {
                unsupported.add(new Unsupported("objective " + objective, "learner.objective", 1));
                yield Link.IDENTITY;
            }
        };
    }

    /** What the scores start from: the base score as the inverse of the link sees it. */
    private static double[] base(Document stored, int outputs, String objective) {
        double[] scores = stored.value() instanceof String text && text.startsWith("[")
                ? parse(text)
                : new double[] {stored.number()};
        double[] base = new double[outputs];
        for (int i = 0; i < outputs; i++) {
            if (scores.length != 1 && scores.length != outputs) {
                throw Tree.damaged("base_score: " + scores.length + " numbers (expected: " + outputs + ")");
            }
            double score = scores[scores.length == 1 ? 0 : i];
            base[i] = switch (objective) {
                case "binary:logistic", "reg:logistic" -> -Math.log(1 / score - 1);
                case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> Math.log(score);
                default -> score;
            };
            if (!Double.isFinite(base[i])) {
                throw Tree.damaged("base_score: " + score + " (expected: one that " + objective + " allows)");
            }
        }
        return base;
    }

    private static double[] parse(String list) {
        try {
            return Arrays.stream(list.substring(1, list.length() - 1).split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (NumberFormatException e) {
            throw Tree.damaged("base_score: " + list + " (expected: numbers)", e);
        }
    }

    private Scores linear(Document stored, int columns, double... base) {
        double[] weights = stored.numbers((columns + 1) * base.length);
        double[] bias = new double[base.length];
        for (int i = 0; i < bias.length; i++) {
            // XGBoost 3.2 starts all classes from the score of the first, unlike its trees
            bias[i] = base[0] + weights[columns * bias.length + i];
        }
        for (double weight : weights) {
            if (!Double.isFinite(weight)) {
                throw Tree.damaged(stored.path() + ": " + weight + " (expected: finite numbers)");
            }
        }
        return new LinearScores(columns, Arrays.copyOf(weights, columns * bias.length), bias);
    }

    private TreeEnsemble trees(Document model, int columns, double[] base, double... dropped) {
        List<Document> trees = model.get("trees").list();
        int[] groups = model.get("tree_info").integers(trees.size());
        int used = used(model, trees.size(), base.length);
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            if (groups[i] < 0 || groups[i] >= base.length) {
                throw Tree.damaged("tree_info: " + groups[i] + " (expected: less than " + base.length + ")");
            }
            double weight = dropped.length == 0 ? 1 : dropped[Math.min(i, dropped.length - 1)];
            members.add(new TreeEnsemble.Member(
                    new XGBoostTree(trees.get(i), i, base.length, weight).read(columns), groups[i]));
        }
        if (dropped.length != 0 && dropped.length != trees.size()) {
            throw Tree.damaged("weight_drop: " + dropped.length + " numbers (expected: " + trees.size() + ")");
        }
        operators.merge("tree", used, Integer::sum);
        if (model.has("cats") && !model.get("cats").get("enc").list().isEmpty()) {
            warnings.add(
                    "categories were encoded while the model was trained: inputs are their codes, in the same order");
        }
        return new TreeEnsemble(columns, base.length, base, members, true, new BitSet());
    }

    /** Trees up to the best iteration, where training was stopped early: so does the scikit-learn interface. */
    private int used(Document model, int trees, int outputs) {
        Document attributes = learner.has("attributes") ? learner.get("attributes") : new Document("", "");
        if (!attributes.has("best_iteration")) {
            return trees;
        }
        int iterations = attributes.get("best_iteration").integer() + 1;
        int used;
        if (model.has("iteration_indptr")) {
            int[] starts = model.get("iteration_indptr").integers();
            used = iterations > 0 && iterations < starts.length ? starts[iterations] : trees;
        } else {
            Document parameters = model.get("gbtree_model_param");
            int parallel = parameters.has("num_parallel_tree")
                    ? Math.max(1, parameters.get("num_parallel_tree").integer())
                    : 1;
            used = iterations * parallel * outputs;
        }
        if (used < 0 || used > trees) {
            throw Tree.damaged("best_iteration: " + (iterations - 1) + " (expected: one of the model's)");
        }
        if (used < trees) {
            warnings.add("the " + (trees - used) + " trees after the best iteration (" + (iterations - 1)
                    + ") are left out, as XGBClassifier and XGBRegressor do");
        }
        return used;
    }
}
