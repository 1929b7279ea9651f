package io.mlaas.transform;

import io.mlaas.transform.Description.Feature;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.step.Inversion;
import io.mlaas.transform.step.Processor;
import io.mlaas.transform.step.Step;
import java.util.ArrayList;
import java.util.List;

/** How the columns of a learner's rows came about: the invertible steps behind each, from the last one backwards. */
final class ColumnPaths {
    private final List<Path> paths = new ArrayList<>();
    private final int parameters;

    /** One step that can be undone, and where its parameters stand among those of all. */
    private record Stage(int step, Inversion inversion, int at) {}

    /**
     * One column.
     *
     * @param learnt as the learner sees it
     * @param meant as it was before the steps that can be undone
     */
    record Path(Column learnt, Column meant, List<Stage> stages) {
        double back(double value, double[] scaling) {
            double result = value;
            for (Stage stage : stages) {
                result = stage.inversion.invert(result, scaling, stage.at);
            }
            return result;
        }

        private double forth(double value, double[] scaling) {
            double result = value;
            for (Stage stage : stages.reversed()) {
                result = stage.inversion.apply(result, scaling, stage.at);
            }
            return result;
        }

        String label(double[] values) {
            return stages.stream()
                    .map(stage -> stage.inversion.label(values))
                    .filter(label -> !label.isEmpty())
                    .findFirst()
                    .orElse("");
        }
    }

    ColumnPaths(List<Column> columns, List<Step> steps) {
        int at = 0;
        for (Column column : columns) {
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
            paths.add(new Path(column, meant, stages));
        }
        parameters = at;
    }

    List<Path> all() {
        return paths;
    }

    List<Feature> features() {
        return paths.stream()
                .map(path -> new Feature(path.meant.name(), path.meant.unit(), path.learnt.shape()))
                .toList();
    }

    /** How many parameters the steps of all columns have. */
    int parameters() {
        return parameters;
    }

    /** How many numbers a row is. */
    int width() {
        return paths.stream().mapToInt(path -> path.learnt.size()).sum();
    }

    /** The parameters of all steps as they are now. */
    double[] parameters(Processor[] processors) {
        double[] into = new double[parameters];
        for (Path path : paths) {
            for (Stage stage : path.stages) {
                stage.inversion.parameters(processors[stage.step], into, stage.at);
            }
        }
        return into;
    }

    /** Rows in the units of the use case as a learner takes them. */
    double[] forth(double[] rows, double[] scaling) {
        double[] scaled = new double[rows.length];
        int at = 0;
        while (at < rows.length) {
            for (Path path : paths) {
                for (int i = path.learnt.size(); i > 0; i--) {
                    scaled[at] = path.forth(rows[at], scaling);
                    at++;
                }
            }
        }
        return scaled;
    }
}
