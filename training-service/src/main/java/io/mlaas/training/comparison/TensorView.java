package io.mlaas.training.comparison;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor as it lies in a file.
 *
 * @param elements in row-major order, little-endian
 */
record TensorView(NumberType type, List<Long> shape, ByteBuffer elements) {

    long count() {
        return elements.limit() / type.bytes();
    }

    /** Where in the tensor an element is, given its place in row-major order. */
    List<Long> index(long place) {
        Long[] index = new Long[shape.size()];
        long rest = place;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.get(axis);
            rest /= shape.get(axis);
        }
        return List.of(index);
    }
}
