package io.mlaas.federated.aggregation;

import org.jspecify.annotations.Nullable;

/** Requires that updates come in the order of names, each once and all of one size. */
final class NamesInOrder {
    private @Nullable String last;
    private int count;

    void next(ModelUpdate update, int size) {
        if (update.delta().length != size) {
            throw new IllegalArgumentException(
                    update.client() + ": " + update.delta().length + " numbers (expected: " + size + ")");
        }
        if (last != null && last.compareTo(update.client()) >= 0) {
            throw new IllegalArgumentException("update of " + update.client() + " after that of " + last
                    + " (expected: each client once, in the order of their names)");
        }
        last = update.client();
        count++;
    }

    int count() {
        return count;
    }
}
