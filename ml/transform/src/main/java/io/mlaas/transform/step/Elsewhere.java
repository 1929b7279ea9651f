package io.mlaas.transform.step;

import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.JsonTrees;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What transformers elsewhere answer to the http steps of one message, in the order in which they are asked: written down
 * when a message is received, and given to the steps again when it is read from a log, so that nobody is asked twice.
 */
public final class Elsewhere {
    private static final int LONGEST = 1 << 27;
    private static final int DEEPEST = 60;
    private static final ScopedValue<Elsewhere> NOW = ScopedValue.newInstance();

    private final List<String> recorded = new ArrayList<>();
    private final Queue<String> left = new ArrayDeque<>();
    private final long most;
    private long length;

    /** @param most characters that are written down; 0 where nobody is asked */
    private Elsewhere(long most, List<String> answers) {
        this.most = most;
        left.addAll(answers);
    }

    /**
     * @param most characters of all answers; rows whose answers come after that are rejected
     * @return what was answered, each as JSON
     */
    public static List<String> record(long most, Runnable work) {
        Elsewhere elsewhere = new Elsewhere(most, List.of());
        ScopedValue.where(NOW, elsewhere).run(work);
        return List.copyOf(elsewhere.recorded);
    }

    /** @param answers as {@link #record} gave them, to the same work */
    public static void replay(List<String> answers, Runnable work) {
        ScopedValue.where(NOW, new Elsewhere(0, answers)).run(work);
    }

    static JsonNode ask(PredictCall call, JsonNode instance) throws RowRejectedException {
        if (!NOW.isBound()) {
            return call.send(instance);
        }
        Elsewhere now = NOW.get();
        return now.most > 0 ? now.write(call, instance) : now.read(call);
    }

    private JsonNode write(PredictCall call, JsonNode instance) throws RowRejectedException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        try {
            if (length > most) {
                throw new RowRejectedException(
                        call.address() + ": answers of " + length + " characters (expected: at most " + most + ")");
            }
            JsonNode prediction = call.send(instance);
            answer.set("prediction", prediction);
            return prediction;
        } catch (RowRejectedException rejected) {
            answer.put("rejected", rejected.getMessage());
            throw rejected;
        } finally {
            if (!answer.isEmpty()) {
                recorded.add(answer.toString());
                length += recorded.getLast().length();
            }
        }
    }

    private JsonNode read(PredictCall call) throws RowRejectedException {
        String text = left.poll();
        if (text == null) {
            throw new RowRejectedException(call.address() + ": no answer was written down (expected: one)");
        }
        try {
            JsonNode answer = JsonTrees.json(LONGEST, DEEPEST).read(text);
            if (answer.has("rejected")) {
                throw new RowRejectedException(answer.path("rejected").asString());
            }
            return answer.path("prediction");
        } catch (BadPayloadException e) {
            throw new RowRejectedException(call.address() + ": " + e.getMessage(), e);
        }
    }
}
