package io.mlaas.transform.step;

import io.mlaas.transform.row.Column;
import java.util.List;

/**
 * What a pipeline gives a learner: {@code inputRows} rows of the input columns and, for training, {@code targetRows}
 * rows of the target columns, each flattened row-major.
 *
 * @param period nanoseconds between two rows; 0 where rows are no series
 */
public record Layout(List<Column> inputs, int inputRows, List<Column> targets, int targetRows, long period) {
    public Layout {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
    }

    public int inputSize() {
        return inputRows * width(inputs);
    }

    public int targetSize() {
        return targetRows * width(targets);
    }

    static int width(List<Column> columns) {
        return columns.stream().mapToInt(Column::size).sum();
    }
}
