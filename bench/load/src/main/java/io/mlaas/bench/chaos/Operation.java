package io.mlaas.bench.chaos;

import io.mlaas.bench.GatewayClient.Answer;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request that was sent, and what its sender knows of it.
 *
 * @param key what the sender wrote into the metadata, to find the asset again
 * @param sha256 of the file that was sent; empty for a translation
 * @param asset the id that was answered, if it was accepted
 * @param said the answer or the exception in a few words
 */
record Operation(
        Kind kind,
        String key,
        String sha256,
        Outcome outcome,
        @Nullable UUID asset,
        String said) {

    enum Kind {
        DATASET,
        MODEL,
        TRANSLATION
    }

    enum Outcome {
        /** The platform has promised to keep it. */
        ACCEPTED,
        /** The platform has said that it did not take it. */
        REFUSED,
        /** The sender cannot know: no answer, or one from the gateway about a service behind it. */
        UNKNOWN
    }

    // Said by whoever stands before the service that may have done the work all the same.
    private static final Set<Integer> IN_BETWEEN = Set.of(500, 502, 503, 504);

    static Operation answered(Kind kind, String key, String sha256, Answer answer) {
        String id = answer.body()
                .path(kind == Kind.DATASET ? "dataset_id" : "model_id")
                .asString("");
        Outcome outcome;
        if (answer.good() && !id.isEmpty()) {
            outcome = Outcome.ACCEPTED;
        } else {
            outcome = IN_BETWEEN.contains(answer.status()) ? Outcome.UNKNOWN : Outcome.REFUSED;
        }
        String said = outcome == Outcome.ACCEPTED
                ? Integer.toString(answer.status())
                : (answer.status() + " " + answer.body().path("code").asString("")).strip();
        return new Operation(
                kind, key, sha256, outcome, outcome == Outcome.ACCEPTED ? UUID.fromString(id) : null, said);
    }

    static Operation unanswered(Kind kind, String key, String sha256, IOException why) {
        return new Operation(
                kind, key, sha256, Outcome.UNKNOWN, null, why.getClass().getSimpleName());
    }
}
