package io.mlaas.online.torch;

import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.training.GradientClip;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a network learns.
 *
 * @param batchSize rows of one step
 * @param epochs how often the rows of one call are learned
 * @param shuffle whether each epoch takes them in another order
 * @param freeze layers or parameters that stay as they are
 */
record TorchSettings(
        OptimizerSettings optimizer,
        int batchSize,
        int epochs,
        boolean shuffle,
        GradientClip clip,
        List<String> freeze) {

    /** @param described the network description's own settings of training; used where nothing else is said */
    static TorchSettings parse(ConfigurationFields fields, JsonNode described) {
        OptimizerSettings optimizer = optimizer(fields, described);
        int batchSize = fields.integer("batch_size", 128, 1, 1 << 20);
        int epochs = fields.integer("epochs", 1, 1, 100_000);
        boolean shuffle = fields.flag("shuffle", true);
        GradientClip clip = new GradientClip(limit(fields, "clip_norm"), limit(fields, "clip_value"));
        List<String> freeze = List.of();
        if (fields.raw("freeze") != null) {
            freeze = List.copyOf(fields.texts("freeze"));
        }
        return new TorchSettings(optimizer, batchSize, epochs, shuffle, clip, freeze);
    }

    /** What a configuration that was looked at before has in {@code freeze}. */
    static List<String> frozen(JsonNode configuration) {
        return configuration
                .path("freeze")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    private static OptimizerSettings optimizer(ConfigurationFields fields, JsonNode described) {
        @Nullable JsonNode given = fields.raw("optimizer");
        try {
            OptimizerSettings optimizer = OptimizerSettings.parse(given == null ? described.get("optimizer") : given);
            if (optimizer.learningRate() == 0) {
                throw new ConfigurationRefused(fields.path("optimizer.learning_rate"), "0 (expected: > 0)");
            }
            fields.complete().set("optimizer", optimizer.toJson());
            return optimizer;
        } catch (InvalidDescriptionException e) {
            String message = String.valueOf(e.getMessage()).replaceFirst("^training: optimizer: ", "");
            int colon = message.indexOf(": ");
            throw colon < 0
                    ? new ConfigurationRefused(fields.path("optimizer"), message)
                    : new ConfigurationRefused(
                            fields.path("optimizer." + message.substring(0, colon)), message.substring(colon + 2));
        }
    }

    private static OptionalDouble limit(ConfigurationFields fields, String name) {
        return fields.raw(name) == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(fields.above(name, 1, 0, Double.MAX_VALUE));
    }

    /** Which parameters learn. @throws ConfigurationRefused for a name that no layer has, or when nothing is left */
    List<String> trained(Archive archive, ConfigurationFields fields) {
        for (int i = 0; i < freeze.size(); i++) {
            String name = freeze.get(i);
            if (archive.parameters().stream().noneMatch(parameter -> belongs(parameter, name))) {
                throw fields.refused(
                        "freeze[" + i + "]",
                        "\"" + name + "\"",
                        "a layer or parameter, such as one of " + archive.layers());
            }
        }
        List<String> trained = archive.parameters().stream()
                .filter(parameter -> freeze.stream().noneMatch(name -> belongs(parameter, name)))
                .toList();
        if (trained.isEmpty()) {
            throw fields.refused("freeze", freeze, "at least one parameter of " + archive.layers() + " that learns");
        }
        return trained;
    }

    private static boolean belongs(String parameter, String layer) {
        return parameter.equals(layer) || parameter.startsWith(layer + ".");
    }
}
