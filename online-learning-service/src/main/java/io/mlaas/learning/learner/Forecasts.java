package io.mlaas.learning.learner;

import io.mlaas.learning.interval.Intervals;
import io.mlaas.learning.interval.ResidualIntervals;
import io.mlaas.transform.Prediction.Series;
import io.mlaas.transform.Sample;
import io.mlaas.transform.Transformer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Adds to the answer to a message how sure it is: in the units of the use case, beside the values. */
final class Forecasts {
    private Forecasts() {}

    static void addIntervals(
            ObjectNode answer,
            Transformer pipeline,
            Sample sample,
            double[] prediction,
            @Nullable ResidualIntervals intervals,
            List<String> outputs) {
        if (intervals == null) {
            return;
        }
        answer.set("intervals", JsonMapper.shared().valueToTree(Intervals.around(intervals, outputs)));
        if (!intervals.isKnown()) {
            return;
        }
        List<Series> lower =
                pipeline.inverse(sample, intervals.lower(prediction)).series();
        List<Series> upper =
                pipeline.inverse(sample, intervals.upper(prediction)).series();
        JsonNode predictions = answer.path("predictions");
        for (int i = 0; i < lower.size() && predictions.get(i) instanceof ObjectNode series; i++) {
            // A step that turns numbers round, such as a negative scale, turns their order round.
            add(series.putArray("lower"), lower.get(i), upper.get(i), true);
            add(series.putArray("upper"), lower.get(i), upper.get(i), false);
        }
    }

    private static void add(ArrayNode into, Series lower, Series upper, boolean smaller) {
        for (int i = 0; i < lower.values().size(); i++) {
            double one = lower.values().get(i);
            double other = upper.values().get(i);
            into.add(smaller ? Math.min(one, other) : Math.max(one, other));
        }
    }
}
