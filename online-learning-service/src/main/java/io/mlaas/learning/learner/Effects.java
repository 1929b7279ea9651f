package io.mlaas.learning.learner;

import io.mlaas.learning.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What came of a learner's entries since it was asked last. */
final class Effects {
    private final List<Effect> effects = new ArrayList<>();
    private final List<StreamedPrediction> predictions = new ArrayList<>();

    void answered(LogEntry.Message message, String json) {
        effects.add(new Effect.Answered(message, json, false));
    }

    /** The prediction of the answer that comes next, to be told to whoever watches the learner. */
    void predicted(LogEntry.Message message, Predicted predicted, Progress progress) {
        predictions.add(new StreamedPrediction(message, effects.size(), predicted, progress.state()));
    }

    void rejected(LogEntry.Message message, String source, Progress.Rejection rejection) {
        effects.add(new Effect.Rejected(message, source, rejection.reason()));
        if (message.delivery() != null && message.delivery().responseTopic() != null) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("error", rejection.reason());
            effects.add(new Effect.Answered(message, json.toString(), true));
        }
    }

    List<Effect> take() {
        return taken(effects);
    }

    List<StreamedPrediction> takePredictions() {
        return taken(predictions);
    }

    private static <T> List<T> taken(List<T> from) {
        List<T> taken = List.copyOf(from);
        from.clear();
        return taken;
    }
}
