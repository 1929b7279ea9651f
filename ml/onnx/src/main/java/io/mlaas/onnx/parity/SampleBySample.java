package io.mlaas.onnx.parity;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An evaluator that is given few samples at a time, so that its memory stays bounded, and equal samples once. Whether the
 * model's samples have nothing to do with one another is not taken for granted: until two different ones gave the same
 * together as alone, and for good where they did not, batches stay whole. Safe for concurrent use where the evaluator is.
 */
public final class SampleBySample implements Reference {
    /** Numbers of all inputs together that are calculated with at once: two pictures of 224 by 224. */
    private static final int NUMBERS = 2 * 3 * 224 * 224;

    private static final double ROUNDING = 1e-9;

    private enum Independence {
        UNKNOWN,
        YES,
        NO
    }

    /** A sample and what came of it. */
    private record Known(NamedTensors input, NamedTensors output) {}

    private final UnaryOperator<NamedTensors> evaluator;
    private final String engine;
    private volatile Independence independence = Independence.UNKNOWN;
    private volatile @Nullable Known last;

    public SampleBySample(String engine, UnaryOperator<NamedTensors> evaluator) {
        this.engine = engine;
        this.evaluator = evaluator;
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public boolean isConcurrent() {
        return true;
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        int samples = inputs.samples();
        boolean together = inputs.tensors().values().stream().allMatch(t -> t.rank() > 0 && t.samples() == samples);
        if (!together || samples == 0) {
            return evaluator.apply(inputs);
        }
        List<NamedTensors> alone = inputs.alone();
        if (samples == 1) {
            return one(alone.getFirst());
        }
        return areIndependent(alone) ? joined(each(alone)) : evaluator.apply(inputs);
    }

    private boolean areIndependent(List<NamedTensors> samples) {
        if (independence == Independence.UNKNOWN) {
            decide(samples);
        }
        return independence == Independence.YES;
    }

    private synchronized void decide(List<NamedTensors> samples) {
        List<NamedTensors> two = samples.stream().distinct().limit(2).toList();
        if (independence == Independence.UNKNOWN && two.size() == 2) {
            List<NamedTensors> alone = two.stream().map(evaluator).toList();
            independence = isSame(evaluator.apply(joined(two)), alone) ? Independence.YES : Independence.NO;
        }
    }

    private NamedTensors one(NamedTensors input) {
        Known known = last;
        if (known != null && known.input().equals(input)) {
            return known.output();
        }
        NamedTensors output = evaluator.apply(input);
        last = new Known(input, output);
        return output;
    }

    /** The outputs of each sample; a sample like the one before it is not calculated again. */
    private List<NamedTensors> each(List<NamedTensors> samples) {
        List<NamedTensors> different = new ArrayList<>();
        int[] places = new int[samples.size()];
        for (int i = 0; i < places.length; i++) {
            if (i == 0 || !samples.get(i).equals(samples.get(i - 1))) {
                different.add(samples.get(i));
            }
            places[i] = different.size() - 1;
        }
        if (different.size() == 1) {
            NamedTensors output = one(different.getFirst());
            return samples.stream().map(sample -> output).toList();
        }
        int width = different.getFirst().tensors().values().stream()
                .mapToInt(TypedTensor::size)
                .sum();
        int count = Math.max(1, NUMBERS / Math.max(1, width));
        List<NamedTensors> outputs = new ArrayList<>();
        for (int from = 0; from < different.size(); from += count) {
            List<NamedTensors> part = different.subList(from, Math.min(different.size(), from + count));
            outputs.addAll(evaluator.apply(joined(part)).alone());
        }
        return IntStream.of(places).mapToObj(outputs::get).toList();
    }

    private static NamedTensors joined(List<NamedTensors> samples) {
        Map<String, TypedTensor> all = new LinkedHashMap<>();
        samples.getFirst().tensors().keySet().forEach(name -> {
            List<TypedTensor> parts =
                    samples.stream().map(sample -> sample.get(name)).toList();
            all.put(name, TypedTensor.concat(parts));
        });
        return new NamedTensors(all);
    }

    private static boolean isSame(NamedTensors whole, List<NamedTensors> alone) {
        return whole.tensors().entrySet().stream().allMatch(output -> {
            TypedTensor together = output.getValue();
            boolean fits = together.rank() > 0
                    && together.samples() == alone.size()
                    && alone.stream()
                            .map(sample -> sample.get(output.getKey()))
                            .allMatch(
                                    part -> part.rank() > 0 && part.samples() == 1 && part.width() == together.width());
            return fits
                    && IntStream.range(0, together.size()).allMatch(i -> {
                        TypedTensor part = alone.get(i / together.width()).get(output.getKey());
                        double a = together.number(i);
                        double b = part.number(i % together.width());
                        return Double.compare(a, b) == 0
                                || Math.abs(a - b) <= ROUNDING * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
                    });
        });
    }
}
