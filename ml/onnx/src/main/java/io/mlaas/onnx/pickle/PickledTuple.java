package io.mlaas.onnx.pickle;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A Python tuple. It is equal only to itself unless it is flat: comparing nested ones could take forever. */
final class PickledTuple extends AbstractList<@Nullable Object> implements RandomAccess {
    private final @Nullable Object[] elements;

    PickledTuple(@Nullable Object[] elements) {
        this.elements = elements;
    }

    @Override
    public @Nullable Object get(int index) {
        return elements[index];
    }

    @Override
    public int size() {
        return elements.length;
    }

    private boolean isFlat() {
        for (Object element : elements) {
            if (element instanceof Iterable || element instanceof java.util.Map) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof PickledTuple tuple && isFlat() && tuple.isFlat() && super.equals(other));
    }

    @Override
    public int hashCode() {
        return isFlat() ? super.hashCode() : System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return isFlat() ? super.toString() : "tuple of " + elements.length;
    }
}
