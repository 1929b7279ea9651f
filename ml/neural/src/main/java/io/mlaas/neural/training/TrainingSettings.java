package io.mlaas.neural.training;

import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.JsonFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How to train; the object {@code training} of a network description.
 *
 * @param loss null: cross_entropy where the labels are classes, mse otherwise
 * @param batch samples per step, of each worker
 * @param seed decides split, initial weights, order and dropout
 * @param earlyStopping null: all epochs are trained
 * @param rateScaling null: the rate does not depend on the number of workers
 */
public record TrainingSettings(
        @Nullable Loss loss,
        OptimizerSettings optimizer,
        Schedule schedule,
        int batch,
        int epochs,
        long seed,
        Split split,
        @Nullable EarlyStopping earlyStopping,
        ClassWeights classWeights,
        OptionalDouble clipNorm,
        OptionalDouble clipValue,
        @Nullable RateScaling rateScaling) {

    /**
     * The learning rate of several workers: as many times the settings' as there are workers, reached by a linear rise
     * from the settings' own over the first {@code warmup} epochs (Goyal et al., Accurate, Large Minibatch SGD, 2017).
     */
    public record RateScaling(int warmup) {

        /** @param epochs that have passed, in parts of epochs too */
        double factor(int workers, double epochs) {
            return 1 + (workers - 1) * (warmup == 0 ? 1 : Math.min(1, epochs / warmup));
        }
    }

    /** Shares of the samples that are held out; the rest is trained on. */
    public record Split(double test, double validation, boolean stratified) {}

    /** Stops when the validation loss has not fallen by {@code minDelta} for {@code patience} epochs. */
    public record EarlyStopping(int patience, double minDelta, boolean restoreBest) {}

    /** Weight of each class in the loss: as listed by label, or inversely proportional to how often it occurs. */
    public record ClassWeights(boolean balanced, List<Double> inOrder, Map<String, Double> byLabel) {
        static final ClassWeights EQUAL = new ClassWeights(false, List.of(), Map.of());
    }

    public static TrainingSettings defaults() {
        return parse(JsonNodeFactory.instance.objectNode());
    }

    /** @throws InvalidDescriptionException when a field is unknown, of the wrong type or out of range */
    public static TrainingSettings parse(JsonNode node) {
        JsonFields f = JsonFields.of("training", node);
        Loss loss = f.has("loss") ? f.choice("loss", Loss.CROSS_ENTROPY) : null;
        OptimizerSettings optimizer = OptimizerSettings.parse(f.raw("optimizer"));
        Schedule schedule = Schedule.parse(f.raw("schedule"));
        int batch = f.integer("batch", 32, 1);
        int epochs = f.integer("epochs", 10, 1);
        long seed = f.longInteger("seed", 0);
        Split split = split(f.object("split"));
        EarlyStopping early = f.has("early_stopping") ? early(f.object("early_stopping")) : null;
        if (early != null && split.validation() == 0) {
            throw new InvalidDescriptionException(
                    "training: early_stopping without validation data (expected: split.validation > 0)");
        }
        ClassWeights weights = classWeights(f);
        JsonFields clip = f.object("gradient_clip");
        OptionalDouble norm = clip.optionalNumber("norm", 0);
        OptionalDouble value = clip.optionalNumber("value", 0);
        clip.done();
        RateScaling scaling = f.has("learning_rate_scaling") ? scaling(f.object("learning_rate_scaling")) : null;
        f.done();
        return new TrainingSettings(
                loss, optimizer, schedule, batch, epochs, seed, split, early, weights, norm, value, scaling);
    }

    private static Split split(JsonFields f) {
        Split split = new Split(
                f.number("test", 0.2, 0, 0.9), f.number("validation", 0, 0, 0.9), f.flag("stratified", false));
        f.done();
        if (split.test() + split.validation() >= 1) {
            throw new InvalidDescriptionException("training.split: test + validation: "
                    + (split.test() + split.validation()) + " (expected: < 1, the rest is trained on)");
        }
        return split;
    }

    private static EarlyStopping early(JsonFields f) {
        EarlyStopping early = new EarlyStopping(
                f.integer("patience", 5, 1), f.number("min_delta", 0, 0), f.flag("restore_best", true));
        f.done();
        return early;
    }

    private static RateScaling scaling(JsonFields f) {
        RateScaling scaling = new RateScaling(f.integer("warmup", 5, 0));
        f.done();
        return scaling;
    }

    private static ClassWeights classWeights(JsonFields f) {
        JsonNode node = f.raw("class_weights");
        if (node == null) {
            return ClassWeights.EQUAL;
        }
        String expected = "\"balanced\", a list of numbers in the order of the classes, or an object by label";
        if (node.isString() && node.stringValue().equals("balanced")) {
            return new ClassWeights(true, List.of(), Map.of());
        }
        if (node.isArray()) {
            return new ClassWeights(
                    false, f.list("class_weights", expected, (i, w) -> weight(f, i.toString(), w)), Map.of());
        }
        if (!node.isObject()) {
            throw f.wrong("class_weights", node, expected);
        }
        Map<String, Double> byLabel = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            byLabel.put(entry.getKey(), weight(f, entry.getKey(), entry.getValue()));
        }
        return new ClassWeights(false, List.of(), byLabel);
    }

    private static Double weight(JsonFields f, String which, JsonNode value) {
        if (!value.isNumber() || value.doubleValue() < 0) {
            throw f.wrong("class_weights[" + which + "]", value, "a number >= 0");
        }
        return value.doubleValue();
    }

    /** Weights in the order of the classes. */
    double[] weightsFor(List<String> classes, int[] labels) {
        double[] weights = new double[classes.size()];
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        List<Double> listed = classWeights.inOrder();
        if (!listed.isEmpty() && listed.size() != classes.size()) {
            throw new InvalidDescriptionException("training: class_weights: " + listed.size() + " numbers (expected: "
                    + classes.size() + ", one for each of " + classes + ")");
        }
        for (String label : classWeights.byLabel().keySet()) {
            if (!classes.contains(label)) {
                throw new InvalidDescriptionException(
                        "training: class_weights: unknown label \"" + label + "\" (known: " + classes + ")");
            }
        }
        for (int i = 0; i < weights.length; i++) {
            if (classWeights.balanced()) {
                weights[i] = counts[i] == 0 ? 0 : (double) labels.length / (classes.size() * (double) counts[i]);
            } else if (!listed.isEmpty()) {
                weights[i] = listed.get(i);
            } else {
                weights[i] = classWeights.byLabel().getOrDefault(classes.get(i), 1.0);
            }
        }
        return weights;
    }
}
