package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.mlaas.distributed.ProcessGroup;
import io.mlaas.distributed.ProcessGroup.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Sums the gradients of all ranks. Each rank has divided its loss by the weight of the whole batch, so that the sum is the
 * gradient of one process with that batch, however unevenly it was shared out. Gradients go in buckets: while one is
 * summed the next is copied, as in Li et al., PyTorch Distributed (VLDB 2020).
 */
final class GradientExchange implements GradientReduction {
    private static final int LEAST = 1 << 18;

    private final ProcessGroup group;
    private final BooleanSupplier cancelled;
    private final List<Range> buckets;
    private final int elements;
    private long nanos;

    GradientExchange(ProcessGroup group, List<NDArray> parameters, BooleanSupplier cancelled) {
        this.group = group;
        this.cancelled = cancelled;
        List<Integer> sizes = new ArrayList<>();
        int sum = 0;
        for (NDArray parameter : parameters) {
            sizes.add(Math.toIntExact(parameter.size()));
            sum = Math.addExact(sum, sizes.getLast());
        }
        sizes.add(2); // the loss, and how many ranks were told to stop
        this.elements = Math.addExact(sum, 2);
        this.buckets = Range.buckets(sizes, LEAST);
    }

    @Override
    public Reduced reduce(List<NDArray> gradients, float loss, NDManager step) {
        long start = System.nanoTime();
        ByteBuffer memory = group.floats(elements);
        send(gradients, loss, memory);
        List<NDArray> sums = receive(gradients, memory, step);
        float sum = memory.getFloat((elements - 2) * Float.BYTES);
        boolean stop = memory.getFloat((elements - 1) * Float.BYTES) > 0;
        nanos += System.nanoTime() - start;
        if (stop) {
            throw new CancellationException("cancelled");
        }
        return new Reduced(sums, sum);
    }

    private void send(List<NDArray> gradients, float loss, ByteBuffer memory) {
        int bucket = 0;
        int at = 0;
        for (NDArray gradient : gradients) {
            if (gradient.getDataType() != DataType.FLOAT32) {
                throw new IllegalStateException("gradient of " + gradient.getDataType() + " (expected: FLOAT32)");
            }
            memory.put(at * Float.BYTES, gradient.toByteBuffer(), 0, Math.toIntExact(gradient.size()) * Float.BYTES);
            at += Math.toIntExact(gradient.size());
            if (at == end(bucket)) {
                group.start(buckets.get(bucket++));
            }
        }
        memory.putFloat(at * Float.BYTES, loss);
        memory.putFloat((at + 1) * Float.BYTES, cancelled.getAsBoolean() ? 1 : 0);
        group.start(buckets.getLast());
    }

    private int end(int bucket) {
        return buckets.get(bucket).from() + buckets.get(bucket).count();
    }

    private List<NDArray> receive(List<NDArray> gradients, ByteBuffer memory, NDManager step) {
        List<NDArray> sums = new ArrayList<>();
        int ready = 0;
        int bucket = 0;
        int at = 0;
        for (NDArray gradient : gradients) {
            int size = Math.toIntExact(gradient.size());
            while (ready < at + size) {
                group.finish();
                ready = end(bucket++);
            }
            sums.add(copy(memory.slice(at * Float.BYTES, size * Float.BYTES), gradient, step));
            at += size;
        }
        for (; bucket < buckets.size(); bucket++) {
            group.finish();
        }
        return sums;
    }

    /** Into memory of the engine's own: the next step's gradients overwrite what is shared. */
    private static NDArray copy(ByteBuffer sum, NDArray like, NDManager step) {
        ByteBuffer elements = sum.order(ByteOrder.nativeOrder());
        try (NDArray shared = step.create(elements, like.getShape(), DataType.FLOAT32)) {
            return shared.duplicate();
        }
    }

    /** Time spent on exchanging, in seconds; waiting for slower ranks is part of it. */
    double seconds() {
        return nanos / 1e9;
    }
}
