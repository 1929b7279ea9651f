package io.mlaas.onnx.parity;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Inputs of a comparison: random ones in batches of several sizes, then edge cases, each alone and as a batch.
 *
 * <p>Numbers are standard normal, or from the domain's range, whole ones from 0 or 1, or below the domain's bound; text is
 * one of the domain's words, empty, or none of them.
 */
final class ParityInputs {
    private static final String UNKNOWN_WORD = "no such word";

    private final ParityPlan plan;
    private final int count;
    private final List<Integer> batchSizes;
    private final List<Drawn> inputs = new ArrayList<>();

    /** @param labels what each sample is called, such as {@code random 17} */
    record Labelled(List<String> labels, NamedTensors tensors) {
        int samples() {
            return labels.size();
        }

        /** What a place on an output's first axis is called, which need not be the batch: the last sample where it is longer. */
        String label(int place) {
            return labels.get(Math.min(place, labels.size() - 1));
        }
    }

    /** An input of the model. */
    record Input(String name, ElementType type, InputDomain domain) {}

    /** Value of a number by its place in the sample. */
    private interface Edge {
        double value(Drawn input, int element);
    }

    ParityInputs(ParityPlan plan, int count, List<Input> inputs, boolean dynamicBatch) {
        this.plan = plan;
        this.count = count;
        this.batchSizes = dynamicBatch ? plan.batchSizes() : List.of(1);
        inputs.forEach(input -> this.inputs.add(new Drawn(withinPlan(input))));
    }

    /** What the caller knows of the inputs goes before what the model says. */
    private Input withinPlan(Input input) {
        return plan.range()
                .map(range ->
                        new Input(input.name(), input.type(), input.domain().withRange(range)))
                .orElse(input);
    }

    /** How many samples there are. */
    int samples() {
        return count + edges().size() * batchesOfEdges().sum();
    }

    /** One after the other, made when it is asked for: all of them would not fit into memory for a model of large inputs. */
    Stream<Labelled> all() {
        Random random = new Random(plan.seed());
        List<Integer> sizes = new ArrayList<>();
        for (int made = 0; made < count; made += sizes.getLast()) {
            sizes.add(Math.min(batchSizes.get(sizes.size() % batchSizes.size()), count - made));
        }
        AtomicInteger made = new AtomicInteger();
        return Stream.concat(
                sizes.stream().map(size -> random(random, made.getAndAdd(size), size)),
                edges().entrySet().stream().flatMap(edge -> batchesOfEdges()
                        .mapToObj(size -> edge(edge.getKey(), edge.getValue(), size))));
    }

    private IntStream batchesOfEdges() {
        return IntStream.of(1, batchSizes.getLast()).distinct();
    }

    private Labelled random(Random random, int first, int size) {
        List<String> labels = IntStream.range(first, first + size)
                .mapToObj(i -> "random " + i)
                .toList();
        return new Labelled(labels, tensors(input -> input.random(random, size)));
    }

    private Labelled edge(String label, Edge edge, int size) {
        return new Labelled(Collections.nCopies(size, label), tensors(input -> input.edge(edge, size)));
    }

    private interface Draw {
        TypedTensor from(Drawn input);
    }

    private NamedTensors tensors(Draw draw) {
        Map<String, TypedTensor> tensors = new LinkedHashMap<>();
        inputs.forEach(input -> tensors.put(input.name(), draw.from(input)));
        return new NamedTensors(tensors);
    }

    List<String> edgeCases() {
        return List.copyOf(edges().keySet());
    }

    private Map<String, Edge> edges() {
        Map<String, Edge> edges = new LinkedHashMap<>();
        edges.put("lowest", Drawn::low);
        edges.put("highest", Drawn::high);
        edges.put("alternating", (input, i) -> i % 2 == 0 ? input.low(i) : input.high(i));
        if (inputs.stream().anyMatch(input -> input.floating)) {
            edges.put("zeros", (input, i) -> 0);
            edges.put("ones", (input, i) -> 1);
            edges.put("tiny", (input, i) -> 1e-30);
            edges.put("large", (input, i) -> 100 * Math.max(1, input.range.magnitude()) * (i % 3 - 1));
        }
        if (inputs.stream().anyMatch(input -> input.input.domain().missing())) {
            edges.put("missing", (input, i) -> input.input.domain().missing() ? Double.NaN : input.low(i));
        }
        return edges;
    }

    private static final class Drawn {
        private final Input input;
        private final int width;
        private final boolean floating;
        private final InputRange range;
        private final List<String> words;

        Drawn(Input input) {
            this.input = input;
            InputDomain domain = input.domain();
            this.width = domain.sampleShape().stream().reduce(1, Math::multiplyExact);
            this.floating = input.type().isFloating();
            double highest =
                    domain.indexBound().isPresent() ? domain.indexBound().getAsLong() - 1.0 : floating ? 3 : 1;
            this.range = domain.lengths()
                    .map(lengths -> InputRange.between(1, lengths.longest()))
                    .or(domain::range)
                    .orElse(InputRange.between(floating ? -highest : 0, highest));
            List<String> all = new ArrayList<>(domain.words());
            all.add("");
            all.add(UNKNOWN_WORD);
            this.words = all;
        }

        String name() {
            return input.name();
        }

        double low(int element) {
            return range.low(element % width);
        }

        double high(int element) {
            return range.high(element % width);
        }

        TypedTensor random(Random random, int size) {
            if (input.type() == ElementType.STRING) {
                return text(size, i -> random.nextInt(words.size()));
            }
            return numbers(size, i -> sample(random, i % width));
        }

        TypedTensor edge(Edge edge, int size) {
            if (input.type() == ElementType.STRING) {
                return text(size, i -> Math.floorMod((long) edge.value(this, i), words.size()));
            }
            // what only a float can be is the low end for whole numbers
            return numbers(size, i -> {
                double value = edge.value(this, i);
                return floating || (value >= low(i) && value <= high(i)) ? value : low(i);
            });
        }

        private double sample(Random random, int element) {
            if (input.domain().missing() && random.nextInt(16) == 0) {
                return Double.NaN;
            }
            if (input.domain().range().isEmpty() && floating) {
                return random.nextGaussian();
            }
            double low = range.low(element);
            double high = range.high(element);
            double value = low + random.nextDouble() * (high - low + (floating ? 0 : 1));
            return floating ? value : Math.min(Math.floor(value), high);
        }

        private TypedTensor numbers(int size, java.util.function.IntToDoubleFunction value) {
            double[] values = new double[size * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = value.applyAsDouble(i);
            }
            if (input.domain().lengths().filter(InputDomain.Lengths::descending).isPresent()) {
                values =
                        Arrays.stream(values).map(v -> -v).sorted().map(v -> -v).toArray();
            }
            return TypedTensor.numbers(input.type(), values, shape(size));
        }

        private TypedTensor text(int size, java.util.function.IntUnaryOperator word) {
            String[] texts = new String[size * width];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = words.get(word.applyAsInt(i));
            }
            return TypedTensor.strings(texts, shape(size));
        }

        private long[] shape(int size) {
            return IntStream.concat(
                            IntStream.of(size),
                            input.domain().sampleShape().stream().mapToInt(Integer::intValue))
                    .asLongStream()
                    .toArray();
        }
    }
}
