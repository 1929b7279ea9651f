package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.Problems;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How much of anything is accepted.
 *
 * @param bytes of one payload
 * @param depth of a payload's tree
 * @param readings of one payload
 * @param sources of which state is kept at the same time
 * @param rows that all sources together may keep, at most
 * @param whenFull what a further source does
 * @param ahead how far an event time may lie after the time of receipt
 */
public record Limits(int bytes, int depth, int readings, int sources, long rows, WhenFull whenFull, Duration ahead) {
    /** What happens to a new source when the sources are as many as may be. */
    public enum WhenFull {
        /** the state of the source that has been silent for longest is forgotten */
        EVICT,
        /** the new source's messages are rejected */
        REJECT
    }

    static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

    public static Limits read(@Nullable Fields given) {
        Fields fields = given == null ? new Fields(NONE, "$.limits", new Problems()) : given;
        Limits limits = new Limits(
                fields.integer("bytes", 1 << 20, 1, 1 << 26),
                fields.integer("depth", 32, 1, 500),
                fields.integer("readings", 10_000, 1, 1_000_000),
                fields.integer("sources", 10_000, 1, 10_000_000),
                fields.integer("rows", 20_000_000, 1, Integer.MAX_VALUE),
                fields.choice("when_full", WhenFull.EVICT),
                fields.duration("ahead", Duration.ofHours(1), Duration.ZERO, Duration.ofDays(366)));
        fields.finish();
        return limits;
    }
}
