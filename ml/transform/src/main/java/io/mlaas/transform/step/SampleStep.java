package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sample}: ends a pipeline whose rows stand for themselves; a row whose targets are missing is one to predict. */
final class SampleStep extends Step {
    private final List<Integer> inputs;
    private final List<Integer> targets;
    private final Layout layout;

    private SampleStep(Schema input, List<Integer> inputs, List<Integer> targets, Layout layout) {
        super(
                input,
                Schema.of(
                        Column.vector("input", Math.max(1, layout.inputSize())),
                        Column.vector("target", layout.targetSize())));
        this.inputs = inputs;
        this.targets = targets;
        this.layout = layout;
    }

    static Step read(Fields fields, Schema input) {
        Columns columns = new Columns(fields, input);
        List<Integer> inputs = columns.tensors("inputs", fields.texts("inputs"));
        List<Integer> targets = columns.tensors("targets", fields.optionalTexts("targets"));
        return new SampleStep(
                input,
                inputs,
                targets,
                new Layout(
                        Columns.columns(input, inputs),
                        1,
                        Columns.columns(input, targets),
                        targets.isEmpty() ? 0 : 1,
                        0));
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Processor start() {
        return this::sample;
    }

    private void sample(Row row, Output next) throws RowRejectedException {
        if (row.correction()) {
            next.drop("correction");
            return;
        }
        for (int column : inputs) {
            if (!row.complete(column)) {
                throw new RowRejectedException(
                        input().get(column).name() + ": missing (expected: a value, since it is an input)");
            }
        }
        boolean training = !targets.isEmpty() && targets.stream().allMatch(row::complete);
        next.pass(row.with(new @Nullable Object[] {
            flattened(row, inputs, layout.inputSize()), training ? flattened(row, targets, layout.targetSize()) : null
        }));
    }

    private double[] flattened(Row row, List<Integer> columns, int size) {
        double[] into = new double[size];
        int at = 0;
        for (int column : columns) {
            at = row.flatten(column, input().get(column).size(), into, at);
        }
        return into;
    }
}
