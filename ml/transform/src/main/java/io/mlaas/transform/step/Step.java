package io.mlaas.transform.step;

import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Schema;
import org.jspecify.annotations.Nullable;

/** A step as declared: it knows its columns and starts processors; it has no state of its own. */
public abstract class Step {
    /** Whose state a processor keeps. */
    public enum Scope {
        /** nobody's */
        NONE,
        /** one source's */
        SOURCE,
        /** that of all sources together */
        ALL
    }

    private final Schema input;
    private final Schema output;

    protected Step(Schema input, Schema output) {
        this.input = input;
        this.output = output;
    }

    public final Schema input() {
        return input;
    }

    public final Schema output() {
        return output;
    }

    public Scope scope() {
        return Scope.NONE;
    }

    public abstract Processor start();

    /** How many rows a processor keeps at most. */
    public long mostRows() {
        return 0;
    }

    /** How a prediction of this column is taken back through the step. */
    public Inversion inversion(String column) {
        Column before = input.find(column);
        return before != null && before.equals(output.find(column)) ? Inversion.IDENTITY : Inversion.BARRIER;
    }

    /** What a learner gets, where this step is one that ends a pipeline. */
    public @Nullable Layout layout() {
        return null;
    }
}
