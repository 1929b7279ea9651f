package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** The inputs of a comparison: random ones by a seed, and edge cases. */
final class ParityInputs {
    private final ParityPlan plan;
    private final int count;
    private final List<Integer> shape;
    private final int width;
    private final boolean integers;
    private final InputRange range;

    /** @param labels what each sample is called in messages */
    record Labelled(List<String> labels, Batch batch) {}

    /**
     * @param count of random samples
     * @param shape of one sample
     * @param integers whether the model takes integers
     * @param indexBound what integers must stay below
     */
    ParityInputs(ParityPlan plan, int count, List<Integer> shape, boolean integers, OptionalLong indexBound) {
        this.plan = plan;
        this.count = count;
        this.shape = shape;
        this.width = shape.stream().reduce(1, Math::multiplyExact);
        this.integers = integers;
        double highest = indexBound.isPresent() ? indexBound.getAsLong() - 1.0 : integers ? 1 : 3;
        this.range = plan.range().orElse(InputRange.between(integers ? 0 : -highest, highest));
    }

    List<Labelled> all() {
        List<Labelled> batches = new ArrayList<>();
        Random random = new Random(plan.seed());
        int made = 0;
        for (int turn = 0; made < count; turn++) {
            int size = Math.min(plan.batchSizes().get(turn % plan.batchSizes().size()), count - made);
            int first = made;
            List<String> labels = IntStream.range(first, first + size)
                    .mapToObj(i -> "random " + i)
                    .toList();
            batches.add(new Labelled(labels, batch(size, i -> sample(random, i % width))));
            made += size;
        }
        edges().forEach((label, value) -> {
            batches.add(new Labelled(List.of(label), batch(1, value)));
            int many = plan.batchSizes().getLast();
            batches.add(
                    new Labelled(IntStream.range(0, many).mapToObj(i -> label).toList(), batch(many, value)));
        });
        return batches;
    }

    private double sample(Random random, int element) {
        if (plan.range().isEmpty() && !integers) {
            return random.nextGaussian();
        }
        double low = range.low(element);
        double high = range.high(element);
        double value = low + random.nextDouble() * (high - low + (integers ? 1 : 0));
        return integers ? Math.min(Math.floor(value), high) : value;
    }

    List<String> edgeCases() {
        return List.copyOf(edges().keySet());
    }

    /** Values by the element's place in the sample. */
    private Map<String, IntToDoubleFunction> edges() {
        Map<String, IntToDoubleFunction> edges = new LinkedHashMap<>();
        edges.put("lowest", i -> range.low(i % width));
        edges.put("highest", i -> range.high(i % width));
        edges.put("alternating", i -> i % 2 == 0 ? range.low(i % width) : range.high(i % width));
        if (!integers) {
            edges.put("zeros", i -> 0);
            edges.put("ones", i -> 1);
            edges.put("tiny", i -> 1e-30);
            edges.put("large", i -> 100 * Math.max(1, range.magnitude()) * (i % 3 - 1));
        }
        return edges;
    }

    private Batch batch(int size, IntToDoubleFunction value) {
        float[] values = new float[size * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) value.applyAsDouble(i);
        }
        long[] sizes = new long[shape.size() + 1];
        sizes[0] = size;
        for (int i = 0; i < shape.size(); i++) {
            sizes[i + 1] = shape.get(i);
        }
        return new Batch(values, sizes);
    }
}
