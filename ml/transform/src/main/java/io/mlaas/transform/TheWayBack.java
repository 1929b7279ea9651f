package io.mlaas.transform;

import io.mlaas.transform.ColumnPaths.Path;
import io.mlaas.transform.Prediction.Series;
import io.mlaas.transform.step.Layout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From a learner's numbers to those of the use case: each target column back through the steps that made it. */
final class TheWayBack {
    private final Layout layout;
    private final ColumnPaths targets;

    TheWayBack(Layout layout, ColumnPaths targets) {
        this.layout = layout;
        this.targets = targets;
    }

    Prediction of(Sample sample, double[] prediction) {
        int rows = Math.max(1, layout.targetRows());
        int width = targets.width();
        if (prediction.length != rows * width || sample.scaling().length != targets.parameters()) {
            throw new IllegalArgumentException(
                    "prediction: " + prediction.length + " numbers (expected: " + rows * width + ")");
        }
        List<Series> series = new ArrayList<>();
        int offset = 0;
        for (Path target : targets.all()) {
            series.add(series(target, sample, prediction, rows, width, offset));
            offset += target.learnt().size();
        }
        return new Prediction(sample.source(), series);
    }

    private Series series(Path target, Sample sample, double[] prediction, int rows, int width, int offset) {
        List<Instant> times = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            if (layout.period() > 0) {
                times.add(sample.time().plusNanos(Math.multiplyExact(layout.period(), row + 1L)));
            }
            double[] numbers = new double[target.learnt().size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = target.back(prediction[row * width + offset + i], sample.scaling());
                values.add(numbers[i]);
            }
            String label = target.label(numbers);
            if (!label.isEmpty()) {
                labels.add(label);
            }
        }
        return new Series(target.meant().name(), target.meant().unit(), times, values, labels);
    }
}
