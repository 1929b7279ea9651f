package io.mlaas.online.vw;

import io.mlaas.online.BatchRefused;
import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as Vowpal Wabbit's text. Features are named by numbers, which it takes as their places in its table: no name of a
 * user reaches its parser, and columns do not collide.
 */
final class Examples {
    /** Its arithmetic has single precision, and squares what it reads. */
    static final double LARGEST = 1e12;

    private final Schema schema;
    private final int[] offsets;
    private final StringBuilder text = new StringBuilder();

    Examples(Schema schema) {
        this.schema = schema;
        offsets = new int[schema.width()];
        int next = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = next;
            next += Math.max(1, schema.values(i));
        }
    }

    /** @throws BatchRefused if a number is too large for single precision squared */
    static void check(double[] inputs, int width) {
        for (int i = 0; i < inputs.length; i++) {
            if (Math.abs(inputs[i]) > LARGEST) {
                throw new BatchRefused("row " + i / width + ": value " + i % width + ": " + inputs[i]
                        + " (expected by Vowpal Wabbit: a number from -1e12 to 1e12)");
            }
        }
    }

    /** @param label -1 or 1, or the number to predict */
    String toLearn(double[] inputs, int row, double label, double weight) {
        text.setLength(0);
        text.append((float) label);
        if (weight != 1) {
            text.append(' ').append((float) weight);
        }
        return append(inputs, row);
    }

    List<String> toPredict(int rows, double[] inputs) {
        List<String> examples = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            text.setLength(0);
            examples.add(append(inputs, row));
        }
        return examples;
    }

    private String append(double[] inputs, int row) {
        text.append(" |");
        for (int i = 0; i < offsets.length; i++) {
            double value = inputs[row * offsets.length + i];
            if (schema.values(i) > 0) {
                text.append(' ').append(offsets[i] + (int) value);
            } else if (value != 0) {
                text.append(' ').append(offsets[i]).append(':').append((float) value);
            }
        }
        return text.toString();
    }
}
