package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Columns in the graph: tensors (rows, columns) side by side, some of numbers, some of text. */
record Features(Ops ops, List<Tensor> blocks) {
    Features {
        blocks = List.copyOf(blocks);
    }

    static Features of(Ops ops, Tensor block) {
        return new Features(ops, List.of(block));
    }

    static Features concat(Ops ops, List<Features> parts) {
        return new Features(
                ops,
                parts.stream()
                        .flatMap(p -> p.blocks.stream())
                        .filter(b -> !b.size(1).is(0))
                        .toList());
    }

    int width() {
        return blocks.stream().mapToInt(b -> (int) b.size(1).value()).sum();
    }

    boolean isText(int column) {
        return at(column).type() == ElementType.STRING;
    }

    /** One column, (rows, 1). */
    Tensor column(int column) {
        return select(column).blocks.getFirst();
    }

    private Tensor at(int column) {
        return blocks.get(place(column)[0]);
    }

    /** Which block, and the column in it. */
    private int[] place(int column) {
        int passed = 0;
        for (int block = 0; block < blocks.size(); block++) {
            int width = (int) blocks.get(block).size(1).value();
            if (column >= passed && column < passed + width) {
                return new int[] {block, column - passed};
            }
            passed += width;
        }
        throw new TranslationRefused(Reason.DAMAGED, "column " + column + " (expected: below " + passed + ")");
    }

    /** All columns as numbers. */
    Tensor numbers() {
        if (blocks.isEmpty() || blocks.stream().anyMatch(b -> b.type() == ElementType.STRING)) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "columns of text where numbers are expected");
        }
        return ops.concat(blocks);
    }

    Features select(int... columns) {
        List<Tensor> chosen = new ArrayList<>();
        int from = 0;
        while (from < columns.length) {
            int block = place(columns[from])[0];
            int end = from;
            while (end < columns.length && place(columns[end])[0] == block) {
                end++;
            }
            int[] within = new int[end - from];
            for (int i = 0; i < within.length; i++) {
                within[i] = place(columns[from + i])[1];
            }
            chosen.add(ops.columns(blocks.get(block), within));
            from = end;
        }
        return new Features(ops, chosen);
    }
}
