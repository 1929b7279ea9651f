package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.ArrayList;
import java.util.List;

/** Rows for the evaluator; each column is a {@code double[]} or a {@code String[]}. */
record Table(int rows, List<Object> columns) {
    Table {
        columns = List.copyOf(columns);
    }

    static Table of(double[][] rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        List<Object> columns = new ArrayList<>();
        for (int j = 0; j < width; j++) {
            double[] column = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                column[i] = rows[i][j];
            }
            columns.add(column);
        }
        return new Table(rows.length, columns);
    }

    int width() {
        return columns.size();
    }

    double[] numbers(int column) {
        if (columns.get(column) instanceof double[] numbers) {
            return numbers;
        }
        throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "a column of text where numbers are expected");
    }

    String[] texts(int column) {
        if (columns.get(column) instanceof String[] texts) {
            return texts;
        }
        throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "a column of numbers where text is expected");
    }

    double[][] numbers() {
        double[][] all = new double[rows][columns.size()];
        for (int j = 0; j < columns.size(); j++) {
            double[] column = numbers(j);
            for (int i = 0; i < rows; i++) {
                all[i][j] = column[i];
            }
        }
        return all;
    }

    Table select(int... chosen) {
        List<Object> some = new ArrayList<>();
        for (int column : chosen) {
            some.add(columns.get(column));
        }
        return new Table(rows, some);
    }

    static Table concat(int rows, List<Table> parts) {
        return new Table(rows, parts.stream().flatMap(p -> p.columns.stream()).toList());
    }
}
