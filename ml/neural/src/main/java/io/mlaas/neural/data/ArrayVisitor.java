package io.mlaas.neural.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the arrays of a file one after the other, and the numbers of those that it asks for. */
interface ArrayVisitor {
    /**
     * @param columnMajor whether the first index varies fastest in the file
     * @return what takes the numbers in the order of the file; null to pass over them
     */
    @Nullable
    NumberSink visit(String name, List<Integer> shape, boolean columnMajor);

    /** Takes one number after the other. */
    interface NumberSink {
        void take(float value);
    }
}
