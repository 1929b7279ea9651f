package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.InputCard.Declared;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.InputDomain.Lengths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sequences of several lengths. PyTorch packs those of a batch step by step, with the number of samples that each step has;
 * here they stay padded, (time, batch, …) as long as the longest, and their lengths go to ONNX's {@code sequence_lens}.
 */
final class PackedSequences {
    private static final String PACK = "input lengths batch_first";
    private static final String PAD = "data batch_sizes batch_first padding_value total_length";

    /** By the name of the tensor that holds the number of samples of each step. */
    private final Map<String, Packed> packed = new HashMap<>();

    /** The names of their padded elements. */
    private final Set<String> elements = new HashSet<>();

    private record Packed(Tensor lengths, Dim samples, Dim longest, Dim time) {}

    static void register(OperatorTable table) {
        table.add("_pack_padded_sequence", PACK, "ReduceMax, Slice", PackedSequences::pack);
        table.add("_pad_packed_sequence", PAD, "Pad", PackedSequences::pad);
    }

    private static Value pack(Call call) {
        OnnxGraph graph = call.graph();
        Tensor lengths = graph.cast(call.tensor("lengths"), ElementType.INT64);
        call.require(lengths.rank() == 1, "lengths " + lengths.shape() + " (expected: one for each sequence)");
        Tensor padded = call.tensor("input");
        call.require(padded.rank() >= 2, "input " + padded.shape() + " (expected: at least 2 axes)");
        Tensor input = call.bool("batch_first") ? timeFirst(graph, padded) : padded;
        call.require(
                input.size(1).equals(lengths.size(0)),
                lengths.shape() + " lengths of " + input.size(1)
                        + " sequences (expected: as many; the batch is the first axis of an input)");
        Tensor longest =
                graph.node("ReduceMax", ElementType.INT64, Shape.of(1), List.of(lengths), Attribute.of("keepdims", 1));
        Dim steps = graph.computedSize(longest, "steps");
        Tensor data = graph.node(
                "Slice",
                input.type(),
                input.shape().with(0, steps),
                List.of(input, graph.constant(0), longest, graph.constant(0)));
        Tensor sizes = samples(graph, lengths, steps);
        call.packed().hold(data);
        call.packed().packed.put(sizes.name(), new Packed(lengths, input.size(1), steps, input.size(0)));
        return Values.tuple(List.of(data, sizes));
    }

    private static Tensor timeFirst(OnnxGraph graph, Tensor x) {
        int[] order = new int[x.rank()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i < 2 ? 1 - i : i;
        }
        return graph.transpose(x, order);
    }

    /** How many sequences are longer than each step's number. */
    private static Tensor samples(OnnxGraph graph, Tensor lengths, Dim steps) {
        Tensor last = graph.reshape(graph.size(steps), Shape.SCALAR);
        Tensor step = graph.node(
                "Range", ElementType.INT64, new Shape(List.of(steps)), List.of(graph.index(0), last, graph.index(1)));
        Tensor column = graph.reshape(step, new Shape(List.of(steps, Dim.of(1))));
        Tensor longer = graph.node(
                "Greater", ElementType.BOOL, new Shape(List.of(steps, lengths.size(0))), List.of(lengths, column));
        return graph.node(
                "ReduceSum",
                ElementType.INT64,
                new Shape(List.of(steps)),
                List.of(graph.cast(longer, ElementType.INT64), graph.constant(1)),
                Attribute.of("keepdims", 0));
    }

    private static Value pad(Call call) {
        OnnxGraph graph = call.graph();
        Packed packed = of(call, "batch_sizes");
        Tensor data = call.tensor("data");
        double filling = call.real("padding_value");
        Tensor padded = filling == 0 ? data : filled(call, data, packed, filling);
        Dim total = call.dim("total_length");
        if (!total.is(-1) && !total.equals(packed.longest)) {
            padded = longer(graph, padded, total, filling);
        }
        return Values.tuple(List.of(call.bool("batch_first") ? timeFirst(graph, padded) : padded, packed.lengths));
    }

    /** ONNX gives zeros behind the end of a sequence. */
    private static Tensor filled(Call call, Tensor data, Packed packed, double filling) {
        OnnxGraph graph = call.graph();
        Tensor last = graph.reshape(graph.size(packed.longest), Shape.SCALAR);
        Shape column = new Shape(List.of(packed.longest, Dim.of(1)));
        Tensor step = graph.reshape(
                graph.node(
                        "Range",
                        ElementType.INT64,
                        new Shape(List.of(packed.longest)),
                        List.of(graph.index(0), last, graph.index(1))),
                column);
        List<Dim> dims = new ArrayList<>(Collections.nCopies(data.rank(), Dim.of(1)));
        dims.set(0, packed.longest);
        dims.set(1, packed.samples);
        Tensor within =
                graph.node("Less", ElementType.BOOL, new Shape(dims.subList(0, 2)), List.of(step, packed.lengths));
        return graph.node(
                "Where",
                data.type(),
                data.shape(),
                List.of(graph.reshape(within, new Shape(dims)), data, call.scalarLike(data, filling)));
    }

    private static Tensor longer(OnnxGraph graph, Tensor x, Dim total, double filling) {
        List<Dim> pads = new ArrayList<>(Collections.nCopies(2 * x.rank(), Dim.of(0)));
        pads.set(x.rank(), total.minus(x.size(0)));
        return graph.node(
                "Pad",
                x.type(),
                x.shape().with(0, total),
                List.of(x, graph.sizes(new Shape(pads)), graph.scalar(x.type(), filling)));
    }

    private static Packed of(Call call, String sizes) {
        Packed packed = call.value(sizes) instanceof TensorValue known
                ? call.packed().packed.get(known.tensor().name())
                : null;
        if (packed == null) {
            throw call.refuse("a packed sequence that was not packed here (expected: pack_padded_sequence)");
        }
        return packed;
    }

    /** The lengths of a packed sequence, as ONNX takes them. */
    static Tensor lengths(Call call, String sizes) {
        return call.graph().cast(of(call, sizes).lengths, ElementType.INT32);
    }

    /** These are elements of a packed sequence too. */
    void hold(Tensor data) {
        elements.add(data.name());
    }

    /** How many axes PyTorch sees: of packed elements time and samples are one. */
    int rank(Tensor tensor) {
        return elements.contains(tensor.name()) ? tensor.rank() - 1 : tensor.rank();
    }

    /** How many samples there are, where these are the sizes of a packed sequence: all of them have a first step. */
    Optional<Dim> samples(Tensor sizes) {
        return Optional.ofNullable(packed.get(sizes.name())).map(Packed::samples);
    }

    /** Where sequences are packed, whole numbers of which each sample has one are their lengths. */
    InputDomain domain(Declared input, List<Declared> all, InputDomain otherwise) {
        if (packed.isEmpty() || !input.sampleShape().isEmpty() || input.type().isFloating()) {
            return otherwise;
        }
        Dim time = packed.values().iterator().next().time;
        boolean asGiven =
                packed.values().stream().anyMatch(p -> p.lengths.name().equals(input.name()));
        Optional<String> axis = time.isConstant() ? Optional.empty() : Optional.of(time.toString());
        return otherwise.withLengths(new Lengths(axis, usual(time, all), asGiven));
    }

    /** How long the declared inputs are. */
    private static int usual(Dim time, List<Declared> all) {
        if (time.isConstant()) {
            return Math.toIntExact(time.value());
        }
        return all.stream()
                .filter(input -> input.shape().dims().indexOf(time) > 0)
                .map(input -> input.sampleShape().get(input.shape().dims().indexOf(time) - 1))
                .findFirst()
                .orElse(1);
    }
}
