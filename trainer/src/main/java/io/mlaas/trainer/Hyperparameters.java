package io.mlaas.trainer;

import io.mlaas.trainer.job.BadInputException;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Settings of a job that win over those of the description: environment variables MLAAS_PARAM_NAME. */
final class Hyperparameters {
    private static final String PREFIX = "MLAAS_PARAM_";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** From a parameter's name to its place in the object {@code training}. */
    private static final Map<String, String> PLACES = new TreeMap<>(Map.ofEntries(
            Map.entry("LOSS", "loss"),
            Map.entry("BATCH", "batch"),
            Map.entry("BATCH_SIZE", "batch"),
            Map.entry("EPOCHS", "epochs"),
            Map.entry("SEED", "seed"),
            Map.entry("OPTIMIZER", "optimizer.type"),
            Map.entry("LEARNING_RATE", "optimizer.learning_rate"),
            Map.entry("LR", "optimizer.learning_rate"),
            Map.entry("MOMENTUM", "optimizer.momentum"),
            Map.entry("WEIGHT_DECAY", "optimizer.weight_decay"),
            Map.entry("SCHEDULE", "schedule.type"),
            Map.entry("WARMUP", "schedule.warmup"),
            Map.entry("TEST_SHARE", "split.test"),
            Map.entry("VALIDATION_SHARE", "split.validation"),
            Map.entry("STRATIFIED", "split.stratified"),
            Map.entry("PATIENCE", "early_stopping.patience"),
            Map.entry("LEARNING_RATE_SCALING", "learning_rate_scaling.warmup"),
            Map.entry("CLASS_WEIGHTS", "class_weights"),
            Map.entry("CLIP_NORM", "gradient_clip.norm"),
            Map.entry("CLIP_VALUE", "gradient_clip.value")));

    /** How many processes train, and how often they are started again: no part of the settings. */
    static final String WORKERS = PREFIX + "WORKERS";

    static final String RESTARTS = PREFIX + "RESTARTS";

    private Hyperparameters() {}

    /** The description's settings with the job's put in their places. Parameters that are not known are told, not taken. */
    static ObjectNode apply(
            JsonNode training, Map<String, String> environment, java.util.function.Consumer<String> tell) {
        if (!(training.deepCopy() instanceof ObjectNode settings)) {
            throw new BadInputException("training: " + training + " (expected: a JSON object)");
        }
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(PREFIX) || variable.equals(WORKERS) || variable.equals(RESTARTS)) {
                return;
            }
            String name = variable.substring(PREFIX.length());
            String place = PLACES.get(name);
            if (place == null) {
                tell.accept("parameter " + name.toLowerCase(java.util.Locale.ROOT) + " is not one of the trainer's ("
                        + String.join(", ", PLACES.keySet()).toLowerCase(java.util.Locale.ROOT)
                        + ", workers, restarts) and has no effect");
                return;
            }
            put(settings, place, value(text));
        });
        return settings;
    }

    private static void put(ObjectNode settings, String place, JsonNode value) {
        int dot = place.indexOf('.');
        if (dot < 0) {
            settings.set(place, value);
            return;
        }
        String name = place.substring(0, dot);
        JsonNode inner = settings.get(name);
        ObjectNode object;
        if (inner instanceof ObjectNode existing) {
            object = existing;
        } else {
            object = settings.objectNode();
            if (inner != null && inner.isString()) {
                object.set("type", inner);
            }
            settings.set(name, object);
        }
        object.set(place.substring(dot + 1), value);
    }

    /** A number, boolean, list or object where the text is JSON, else the text. */
    private static JsonNode value(String text) {
        try {
            JsonNode value = JSON.readTree(text);
            return value.isMissingNode() ? JSON.getNodeFactory().stringNode(text) : value;
        } catch (JacksonException notJson) {
            return JSON.getNodeFactory().stringNode(text);
        }
    }
}
