package io.mlaas.neural.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sizes of one tensor; where a sample is meant, without the batch dimension. All sizes are at least 1. */
public record TensorShape(List<Integer> sizes) {

    public TensorShape {
        sizes = List.copyOf(sizes);
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException("size in shape " + sizes + ": " + size + " (expected: >= 1)");
            }
        }
    }

    public static TensorShape of(int... sizes) {
        return new TensorShape(IntStream.of(sizes).boxed().toList());
    }

    public int rank() {
        return sizes.size();
    }

    public int size(int dimension) {
        return sizes.get(dimension);
    }

    /** The number of elements; 1 for a scalar. */
    public int elements() {
        long product = 1;
        for (int size : sizes) {
            product *= size;
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "shape " + this + " has more than " + Integer.MAX_VALUE + " elements");
            }
        }
        return (int) product;
    }

    public int[] toArray() {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The sizes of a batch of such samples. */
    public long[] batch(long samples) {
        long[] batch = new long[sizes.size() + 1];
        batch[0] = samples;
        for (int i = 0; i < sizes.size(); i++) {
            batch[i + 1] = sizes.get(i);
        }
        return batch;
    }

    /** Strides of the contiguous row-major layout, in elements. */
    public int[] strides() {
        int[] strides = new int[rank()];
        int stride = 1;
        for (int i = rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= size(i);
        }
        return strides;
    }

    static TensorShape from(int[] sizes) {
        return new TensorShape(Arrays.stream(sizes).boxed().toList());
    }

    @Override
    public String toString() {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
