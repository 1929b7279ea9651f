package io.mlaas.learning.learner;

import io.mlaas.online.ConfigurationFields;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a learner learns, and when its model is stored.
 *
 * @param batchSize rows that are learned at once; longer updates are cut
 * @param maxWait how long rows that messages bring wait for a whole batch, from the receipt of the first; with none they are
 *     learned as they come
 * @param validationShare share of the rows that is never learned, only compared with: every {@code round(1/share)}-th
 * @param validationWindow the latest rows held back that a comparison is made on
 * @param compareEvery batches between two comparisons
 * @param minGain by which part the loss must be lower than the stored model's for a snapshot
 * @param onRegression what happens when the loss is higher than the stored model's by more than that part
 */
record UpdatePolicy(
        int batchSize,
        Duration maxWait,
        double validationShare,
        int validationWindow,
        int compareEvery,
        double minGain,
        OnRegression onRegression) {

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    private static final String EXPECTED_WAIT = "a duration as in ISO 8601, PT0S to PT24H";

    enum OnRegression {
        /** go on learning */
        KEEP,
        /** go back to the stored model */
        ROLLBACK
    }

    static UpdatePolicy parse(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        UpdatePolicy policy = new UpdatePolicy(
                fields.integer("batch_size", 128, 1, 100_000),
                maxWait(fields),
                fields.between("validation_share", 0.1, 0, 0.5),
                fields.integer("validation_window", 200, 1, 100_000),
                fields.integer("compare_every", 10, 1, 1_000_000),
                fields.between("min_gain", 0.01, 0, 1),
                fields.choice("on_regression", OnRegression.KEEP));
        fields.done();
        return policy;
    }

    private static Duration maxWait(ConfigurationFields fields) {
        JsonNode given = fields.raw("max_wait");
        if (given == null) {
            return Duration.ZERO;
        }
        try {
            Duration wait = Duration.parse(given.asString());
            if (!wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0) {
                return wait;
            }
        } catch (DateTimeParseException notOne) {
            throw fields.refused("max_wait", given, EXPECTED_WAIT);
        }
        throw fields.refused("max_wait", given, EXPECTED_WAIT);
    }

    /** Every how many rows one is held back; 0 for none. */
    int heldBackEvery() {
        return validationShare == 0 ? 0 : (int) Math.round(1 / validationShare);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("batch_size", batchSize)
                .put("max_wait", maxWait.toString())
                .put("validation_share", validationShare)
                .put("validation_window", validationWindow)
                .put("compare_every", compareEvery)
                .put("min_gain", minGain)
                .put("on_regression", onRegression.name().toLowerCase(Locale.ROOT));
    }
}
