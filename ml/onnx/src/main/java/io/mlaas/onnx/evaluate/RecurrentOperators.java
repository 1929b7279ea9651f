package io.mlaas.onnx.evaluate;

import com.google.protobuf.ByteString;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.torchscript.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent networks. PyTorch stacks the gates of an LSTM as input, forget, cell, output and those of a GRU as reset,
 * update, new; ONNX wants input, output, forget, cell and update, reset, hidden. PyTorch's GRU applies the reset gate
 * after the recurrent product: ONNX's {@code linear_before_reset}.
 */
final class RecurrentOperators {
    /**
     * A kind of cell.
     *
     * @param gates for each gate of ONNX its place in PyTorch
     */
    private record Cell(String onnx, List<String> activations, List<Integer> gates) {
        static final Cell LSTM = new Cell("LSTM", List.of(), List.of(0, 3, 1, 2));
        static final Cell GRU = new Cell("GRU", List.of(), List.of(1, 0, 2));
        static final Cell TANH = new Cell("RNN", List.of("Tanh"), List.of(0));
        static final Cell RELU = new Cell("RNN", List.of("Relu"), List.of(0));
    }

    private RecurrentOperators() {}

    static void register(OperatorTable table) {
        String signature = " params has_biases num_layers dropout train bidirectional batch_first";
        table.add("lstm", "input hx" + signature, "LSTM", c -> recurrent(c, Cell.LSTM));
        table.add("gru", "input hx" + signature, "GRU", c -> recurrent(c, Cell.GRU));
        table.add("rnn_tanh", "input hx" + signature, "RNN", c -> recurrent(c, Cell.TANH));
        table.add("rnn_relu", "input hx" + signature, "RNN", c -> recurrent(c, Cell.RELU));
    }

    private static Value recurrent(Call call, Cell cell) {
        return call.value("has_biases") instanceof Value.Items
                ? recurrent(afterSizes(call), cell, PackedSequences.lengths(call, "hx"))
                : recurrent(call, cell, null);
    }

    /** Of a packed sequence the sizes come second, and nothing is said of the batch's axis: the arguments in their usual places. */
    private static Call afterSizes(Call call) {
        Map<String, Value> moved = new LinkedHashMap<>(Map.of("batch_first", new Value.Bool(false)));
        List<String> places =
                List.of("hx", "params", "has_biases", "num_layers", "dropout", "train", "bidirectional", "batch_first");
        for (int i = 1; i < places.size(); i++) {
            moved.put(places.get(i - 1), call.value(places.get(i)));
        }
        moved.put("input", call.value("input"));
        return call.with(moved);
    }

    private static Value recurrent(Call call, Cell cell, @Nullable Tensor lengths) {
        Tensor input = call.tensor("input");
        if (input.type() == ElementType.FLOAT64) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPTION,
                    call.name()
                            + " in 64-bit floats (expected: 32-bit floats, the only ones that ONNX Runtime has it for)");
        }
        call.require(input.rank() == 3, "input " + input.shape() + " (expected: 3 axes)");
        call.require(
                !call.bool("train") || call.real("dropout") == 0, "traced in training mode (expected: model.eval())");
        boolean batchFirst = call.bool("batch_first");
        int directions = call.bool("bidirectional") ? 2 : 1;
        int layers = (int) call.integer("num_layers");
        List<TensorValue> states = cell.equals(Cell.LSTM)
                ? call.items("hx").stream().map(v -> (TensorValue) v).toList()
                : List.of(call.tensorValue("hx"));

        List<Tensor> finalHidden = new ArrayList<>();
        List<Tensor> finalCell = new ArrayList<>();
        Tensor sequence = batchFirst ? call.graph().transpose(input, 1, 0, 2) : input;
        for (int layer = 0; layer < layers; layer++) {
            List<Tensor> outputs = layer(call, cell, sequence, lengths, states, layer, directions);
            sequence = joinDirections(call, outputs.getFirst());
            finalHidden.add(outputs.get(1));
            if (cell.equals(Cell.LSTM)) {
                finalCell.add(outputs.get(2));
            }
        }
        if (lengths != null) {
            call.packed().hold(sequence);
        }
        Tensor result = batchFirst ? call.graph().transpose(sequence, 1, 0, 2) : sequence;
        List<Tensor> all = new ArrayList<>(List.of(result, ShapeOperators.concat(call, finalHidden, 0)));
        if (cell.equals(Cell.LSTM)) {
            all.add(ShapeOperators.concat(call, finalCell, 0));
        }
        return Values.tuple(all);
    }

    /** Outputs: all steps (time, directions, batch, hidden), the last hidden state, and an LSTM's last cell state. */
    private static List<Tensor> layer(
            Call call,
            Cell cell,
            Tensor sequence,
            @Nullable Tensor lengths,
            List<TensorValue> states,
            int layer,
            int directions) {
        int projections = projected(call, cell) ? 1 : 0;
        int perDirection = (call.bool("has_biases") ? 4 : 2) + projections;
        List<Value> parameters = call.items("params");
        int expected = perDirection * directions * (int) call.integer("num_layers");
        call.require(parameters.size() == expected, parameters.size() + " weights (expected: " + expected + ")");
        List<StoredTensor> inputWeights = new ArrayList<>();
        List<StoredTensor> hiddenWeights = new ArrayList<>();
        List<StoredTensor> biases = new ArrayList<>();
        List<Tensor> projection = new ArrayList<>();
        for (int direction = 0; direction < directions; direction++) {
            int first = (layer * directions + direction) * perDirection;
            inputWeights.add(stored(call, parameters.get(first)));
            hiddenWeights.add(stored(call, parameters.get(first + 1)));
            if (projections == 1) {
                projection.add(((TensorValue) parameters.get(first + perDirection - 1)).tensor());
            }
            for (int i = 2; i < perDirection - projections; i++) {
                biases.add(stored(call, parameters.get(first + i)));
            }
        }
        long hidden = hiddenWeights.getFirst().sizes()[0] / cell.gates.size();
        call.require(
                sequence.size(2).is(inputWeights.getFirst().sizes()[1])
                        && hiddenWeights.getFirst().sizes()[0] == hidden * cell.gates.size()
                        && (projections == 1 || hiddenWeights.getFirst().sizes()[1] == hidden),
                "input " + sequence.shape() + " and weights "
                        + Arrays.toString(inputWeights.getFirst().sizes()));

        call.require(
                biases.stream().allMatch(b -> b.elements() == hidden * cell.gates.size()),
                "biases that do not fit " + hidden + " hidden units");
        String name = ((TensorValue) parameters.get(layer * directions * perDirection))
                .tensor()
                .name();
        List<@Nullable Tensor> inputs = new ArrayList<>(Arrays.asList(
                sequence,
                packed(call, cell, name, "W", inputWeights, directions),
                projections == 1
                        ? throughProjection(call, packed(call, cell, name, "R", hiddenWeights, directions), projection)
                        : packed(call, cell, name, "R", hiddenWeights, directions),
                biases.isEmpty() ? null : packed(call, cell, name, "B", biases, directions),
                lengths));
        for (int i = 0; i < states.size(); i++) {
            call.require(
                    projections == 0 || i == 1 || states.get(i).fill().orElse(1) == 0,
                    "a first state of a projected network (expected: zeros)");
            inputs.add(initial(call, states.get(i), layer, directions));
        }

        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.of("direction", directions == 2 ? "bidirectional" : "forward"));
        attributes.add(Attribute.of("hidden_size", hidden));
        if (cell.equals(Cell.GRU)) {
            attributes.add(Attribute.of("linear_before_reset", 1));
        }
        if (!cell.activations.isEmpty()) {
            List<String> each = new ArrayList<>(cell.activations);
            each.addAll(directions == 2 ? cell.activations : List.of());
            attributes.add(Attribute.ofStrings("activations", each));
        }
        Shape last = new Shape(List.of(Dim.of(directions), sequence.size(1), Dim.of(hidden)));
        Tensor steps = new Tensor("", sequence.type(), last.inserted(0, sequence.size(0)));
        Tensor state = new Tensor("", sequence.type(), last);
        List<Tensor> outputs = call.graph()
                .nodes(
                        cell.onnx,
                        cell.equals(Cell.LSTM) ? List.of(steps, state, state) : List.of(steps, state),
                        inputs,
                        attributes.toArray(Attribute[]::new));
        return projections == 0 ? outputs : projected(call, outputs, projection);
    }

    /** PyTorch's {@code proj_size}: one more matrix per direction. */
    private static boolean projected(Call call, Cell cell) {
        int directions = call.bool("bidirectional") ? 2 : 1;
        int plain = (call.bool("has_biases") ? 4 : 2) * directions * (int) call.integer("num_layers");
        return cell.equals(Cell.LSTM) && call.items("params").size() != plain;
    }

    /**
     * The recurrent weights W of an LSTM whose hidden state is projected, h = P · h', act on h: on h' that is W · P. So
     * ONNX's LSTM, which has no projection, computes h', and h is made of its outputs.
     */
    private static Tensor throughProjection(Call call, Tensor weights, List<Tensor> projection) {
        return LinearOperators.matmul(call, weights, stacked(call, projection));
    }

    private static Tensor stacked(Call call, List<Tensor> matrices) {
        List<Tensor> parts =
                matrices.stream().map(m -> ShapeOperators.unsqueeze(call, m, 0)).toList();
        return ShapeOperators.concat(call, parts, 0);
    }

    private static List<Tensor> projected(Call call, List<Tensor> outputs, List<Tensor> projection) {
        Tensor transposed = call.graph().transpose(stacked(call, projection), 0, 2, 1);
        return List.of(
                LinearOperators.matmul(call, outputs.get(0), transposed),
                LinearOperators.matmul(call, outputs.get(1), transposed),
                outputs.get(2));
    }

    private static StoredTensor stored(Call call, Value value) {
        if (value instanceof TensorValue tensor && tensor.stored().isPresent()) {
            return tensor.stored().get();
        }
        throw call.refuse("weights that are computed (expected: parameters of the module)");
    }

    /** (directions, …) with the gates in ONNX's order; the two biases of a direction follow one another. */
    private static Tensor packed(
            Call call, Cell cell, String like, String kind, List<StoredTensor> parts, int directions) {
        String key = kind + cell + parts.stream().map(StoredTensor::key).toList();
        return call.graph().sharedInitializer(key, () -> pack(call, cell, like, kind, parts, directions));
    }

    private static Tensor pack(
            Call call, Cell cell, String like, String kind, List<StoredTensor> parts, int directions) {
        ByteString all = ByteString.EMPTY;
        for (StoredTensor part : parts) {
            ByteString data = part.data();
            int gate = data.size() / cell.gates.size();
            for (int source : cell.gates) {
                all = all.concat(data.substring(source * gate, (source + 1) * gate));
            }
        }
        StoredTensor first = parts.getFirst();
        Shape shape = kind.equals("B")
                ? Shape.of(directions, first.sizes()[0] * parts.size() / directions)
                : Shape.of(directions, first.sizes()[0], first.sizes()[1]);
        return call.graph().initializer(like.replace("weight_ih", kind), first.type(), shape, all);
    }

    /** The given first state of one layer; none where it is zero, which is what ONNX assumes. */
    private static @Nullable Tensor initial(Call call, TensorValue state, int layer, int directions) {
        if (state.fill().orElse(1) == 0) {
            return null;
        }
        Tensor all = state.tensor();
        Dim start = Dim.of((long) layer * directions);
        return all.size(0).is(directions) ? all : IndexOperators.range(call, all, 0, start, start.plus(directions), 1);
    }

    /** From (time, directions, batch, hidden) to (time, batch, directions · hidden). */
    private static Tensor joinDirections(Call call, Tensor steps) {
        if (steps.size(1).is(1)) {
            return ShapeOperators.squeeze(call, steps, 1);
        }
        Tensor ordered = call.graph().transpose(steps, 0, 2, 1, 3);
        Dim features = steps.size(1).times(steps.size(3));
        return call.graph().reshape(ordered, new Shape(List.of(steps.size(0), steps.size(2), features)));
    }
}
