package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A step of one's own, found through {@link java.util.ServiceLoader}: put a jar with an implementation and its name in
 * {@code META-INF/services/io.mlaas.transform.step.StepProvider} on the class path, or give its class loader to {@link
 * Steps#extend}.
 */
public interface StepProvider {
    /** What a document calls the step; the names of the steps that are built in stay theirs. */
    String name();

    /**
     * Reads the step's fields, noting every mistake in them ({@link Fields#bad}); fields that are not asked for are
     * reported as unknown.
     *
     * @param input the columns that the step before gives
     * @return nothing where not even the step's own columns can be told
     */
    @Nullable
    Step read(Fields fields, Schema input);
}
