package io.mlaas.transform;

import io.mlaas.transform.Description.Feature;
import io.mlaas.transform.Prediction.Series;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.step.Inversion;
import io.mlaas.transform.step.Layout;
import io.mlaas.transform.step.Processor;
import io.mlaas.transform.step.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From a learner's numbers to those of the use case: each target column back through the steps that made it. */
final class TheWayBack {
    private final Layout layout;
    private final List<Target> targets = new ArrayList<>();
    private final int parameters;

    private record Stage(int step, Inversion inversion, int at) {}

    private record Target(Column learnt, Column meant, List<Stage> stages) {}

    TheWayBack(Layout layout, List<Step> steps) {
        this.layout = layout;
        int at = 0;
        for (Column column : layout.targets()) {
            List<Stage> stages = new ArrayList<>();
            Column meant = column;
            for (int i = steps.size() - 2; i >= 0; i--) {
                Inversion inversion = steps.get(i).inversion(column.name());
                if (inversion == Inversion.BARRIER) {
                    break;
                }
                if (inversion != Inversion.IDENTITY) {
                    stages.add(new Stage(i, inversion, at));
                    at += inversion.parameters();
                    meant = inversion.before(meant);
                }
            }
            targets.add(new Target(column, meant, stages));
        }
        parameters = at;
    }

    List<Feature> features() {
        return targets.stream()
                .map(target -> new Feature(target.meant.name(), target.meant.unit(), target.learnt.shape()))
                .toList();
    }

    /** The parameters of all inversions as they are now. */
    double[] parameters(Processor[] processors) {
        double[] into = new double[parameters];
        for (Target target : targets) {
            for (Stage stage : target.stages) {
                stage.inversion.parameters(processors[stage.step], into, stage.at);
            }
        }
        return into;
    }

    Prediction of(Sample sample, double[] prediction) {
        int rows = Math.max(1, layout.targetRows());
        int width = targets.stream().mapToInt(target -> target.learnt.size()).sum();
        if (prediction.length != rows * width || sample.scaling().length != parameters) {
            throw new IllegalArgumentException(
                    "prediction: " + prediction.length + " numbers (expected: " + rows * width + ")");
        }
        List<Series> series = new ArrayList<>();
        int offset = 0;
        for (Target target : targets) {
            series.add(series(target, sample, prediction, rows, width, offset));
            offset += target.learnt.size();
        }
        return new Prediction(sample.source(), series);
    }

    private Series series(Target target, Sample sample, double[] prediction, int rows, int width, int offset) {
        List<Instant> times = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            if (layout.period() > 0) {
                times.add(sample.time().plusNanos(Math.multiplyExact(layout.period(), row + 1L)));
            }
            double[] numbers = new double[target.learnt.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = back(target, prediction[row * width + offset + i], sample.scaling());
                values.add(numbers[i]);
            }
            String label = label(target, numbers);
            if (!label.isEmpty()) {
                labels.add(label);
            }
        }
        return new Series(target.meant.name(), target.meant.unit(), times, values, labels);
    }

    private static double back(Target target, double number, double[] scaling) {
        double value = number;
        for (Stage stage : target.stages) {
            value = stage.inversion.invert(value, scaling, stage.at);
        }
        return value;
    }

    private static String label(Target target, double[] numbers) {
        return target.stages.stream()
                .map(stage -> stage.inversion.label(numbers))
                .filter(label -> !label.isEmpty())
                .findFirst()
                .orElse("");
    }
}
