package io.mlaas.training.workspace;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a program tells of itself in its log: lines of {@code ##mlaas } and a JSON object. Members such as {@code epoch},
 * {@code epochs}, {@code loss}, {@code validation_loss}, {@code accuracy} replace the earlier ones; {@code error} is why it
 * is about to fail.
 */
public final class Progress {
    public static final String MARK = "##mlaas ";

    private static final String RUN = JobLog.PLATFORM + "run ";
    private static final int LONGEST = 4096;
    // a diverged loss is NaN: programs write it so, although JSON has no word for it
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private @Nullable ObjectNode latest;
    private @Nullable String error;

    /** The line with which a run begins: what an earlier run told no longer holds. */
    public static String runLine(int number, String image) {
        return "run " + number + " of " + image;
    }

    /** @return whether the line told something */
    public boolean accept(String line) {
        if (line.startsWith(RUN)) {
            latest = null;
            error = null;
            return true;
        }
        if (!line.startsWith(MARK) || line.length() > LONGEST) {
            return false;
        }
        try {
            if (!(JSON.readTree(line.substring(MARK.length())) instanceof ObjectNode told)) {
                return false;
            }
            JsonNode failure = told.remove("error");
            if (failure != null) {
                error = failure.isString() ? failure.stringValue() : failure.toString();
            }
            if (!told.isEmpty()) {
                ObjectNode merged = latest == null ? JSON.createObjectNode() : latest;
                merged.setAll(told);
                latest = merged;
            }
            return true;
        } catch (JacksonException e) {
            // a line that only looks like ours is an ordinary line of the log
            return false;
        }
    }

    /** As JSON, or null as long as the program told nothing. */
    public @Nullable String json() {
        return latest == null ? null : latest.toString();
    }

    public @Nullable String error() {
        return error;
    }
}
