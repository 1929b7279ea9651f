package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph in the making. Nodes are added in the order of computation; names are derived from what they stand for,
 * so that equal sources give equal bytes.
 */
public final class OnnxGraph {
    /** The version of ONNX's operator set that is written unless another is asked for. */
    public static final int DEFAULT_OPSET = 17;

    /** The oldest that can be written. */
    public static final int OLDEST_OPSET = 15;

    /** The newest that ONNX Runtime supports. */
    public static final int NEWEST_OPSET = 26;

    /** Operators of classical machine learning, such as {@code TreeEnsembleClassifier}. */
    public static final String ML = "ai.onnx.ml";

    /** Operators that only ONNX Runtime has, such as {@code Tokenizer}. */
    public static final String RUNTIME = "com.microsoft";

    /** The version of the operator set {@link #ML} that nodes are written for. */
    static final int ML_OPSET = 3;

    /** Weights from this size on, in bytes, are not copied. */
    private static final int LARGE = 1 << 20;

    final List<Tensor> inputs = new ArrayList<>();
    final List<NodeProto> nodes = new ArrayList<>();
    final Map<String, TensorProto> initializers = new LinkedHashMap<>();

    /** Elements of those initialisers that hold none themselves. */
    final Map<String, ByteBuffer> large = new LinkedHashMap<>();

    private final Map<String, Integer> names = new LinkedHashMap<>();
    private final Map<String, AxisOf> symbols = new LinkedHashMap<>();
    private final Map<TensorProto, String> constants = new LinkedHashMap<>();
    private final Map<Dim, Tensor> emittedSizes = new LinkedHashMap<>();
    private final Map<String, Tensor> shared = new LinkedHashMap<>();
    final Map<String, Tensor> results = new LinkedHashMap<>();
    private String scope = "";
    private String origin = "";

    private final int opset;
    private final Deque<Enclosing> enclosing = new ArrayDeque<>();

    /** What was known when a part began: what is computed inside it cannot be read outside. */
    private record Enclosing(int firstNode, Map<String, AxisOf> symbols, Map<Dim, Tensor> sizes) {}

    private record AxisOf(Tensor tensor, int axis) {}

    public OnnxGraph() {
        this(DEFAULT_OPSET);
    }

    /**
     * Nodes are always given as {@link #DEFAULT_OPSET} defines them, and written as {@code opset} does.
     *
     * @throws IllegalArgumentException for a version that is not written
     */
    public OnnxGraph(int opset) {
        if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new IllegalArgumentException(
                    "opset: " + opset + " (expected: " + OLDEST_OPSET + " to " + NEWEST_OPSET + ")");
        }
        this.opset = opset;
    }

    public int opset() {
        return opset;
    }

    /** The declared inputs, in order. */
    public List<Tensor> inputs() {
        return List.copyOf(inputs);
    }

    /** Keeps a name free for an output. */
    public void reserve(String name) {
        unique(name);
    }

    /** Declares an input of the graph; symbols in its shape get their values from it at run time. */
    public Tensor input(String name, ElementType type, Shape shape) {
        Tensor tensor = new Tensor(unique(name), type, shape);
        inputs.add(tensor);
        defineSymbols(tensor);
        return tensor;
    }

    /** Makes a size of a tensor, which cannot be computed beforehand, known under a new symbol. */
    public Tensor withSymbol(Tensor tensor, int axis, String hint) {
        Dim symbol = Dim.symbol(unique(hint));
        Tensor named = new Tensor(tensor.name(), tensor.type(), tensor.shape().with(axis, symbol));
        defineSymbols(named);
        results.put(named.name(), named);
        return named;
    }

    private void defineSymbols(Tensor tensor) {
        for (int i = 0; i < tensor.rank(); i++) {
            Dim size = tensor.size(i);
            if (!size.isConstant() && size.equals(Dim.symbol(size.toString()))) {
                symbols.putIfAbsent(size.toString(), new AxisOf(tensor, i));
            }
        }
    }

    /**
     * The nodes to come are a part by themselves, such as the body of a loop; they may read all that is around them.
     *
     * @see #end
     */
    public void begin() {
        enclosing.push(new Enclosing(nodes.size(), new LinkedHashMap<>(symbols), new LinkedHashMap<>(emittedSizes)));
    }

    /** What a part is given whenever it runs; symbols in its shape get their values from it. */
    public Tensor parameter(String name, ElementType type, Shape shape) {
        Tensor tensor = new Tensor(unique(name), type, shape);
        results.put(tensor.name(), tensor);
        defineSymbols(tensor);
        return tensor;
    }

    /** The part as an attribute of the node that runs it. */
    public Attribute end(String attribute, List<Tensor> parameters, List<Tensor> outputs) {
        int first = enclosing.getFirst().firstNode();
        Set<String> produced = new HashSet<>();
        nodes.subList(first, nodes.size()).forEach(n -> produced.addAll(n.getOutputList()));
        List<Tensor> given = new ArrayList<>();
        for (Tensor output : outputs) {
            // a node of its own for what comes from around the part, or twice
            given.add(
                    produced.remove(output.name())
                            ? output
                            : node("Identity", output.type(), output.shape(), List.of(output)));
        }
        Attribute part = Attribute.ofPart(
                attribute, OnnxFile.part(unique(attribute), nodes.subList(first, nodes.size()), parameters, given));
        discard();
        return part;
    }

    /** Forgets a part that was begun. */
    public void discard() {
        Enclosing before = enclosing.pop();
        nodes.subList(before.firstNode(), nodes.size()).clear();
        symbols.clear();
        symbols.putAll(before.symbols());
        emittedSizes.clear();
        emittedSizes.putAll(before.sizes());
    }

    /** Whether the size can be computed here: all its symbols are sizes of tensors that can be read. */
    public boolean knows(Dim size) {
        return size.symbols().stream().allMatch(s -> symbols.containsKey(s) || emittedSizes.containsKey(Dim.symbol(s)));
    }

    /** A size of which nothing is known yet, such as one that a loop changes. */
    public Dim newSize(String hint) {
        return Dim.symbol(unique(hint));
    }

    /** A size that a node computed, under a new symbol. */
    public Dim computedSize(Tensor scalar, String hint) {
        Dim symbol = Dim.symbol(unique(hint));
        emittedSizes.put(symbol, reshape(cast(scalar, ElementType.INT64), Shape.of(1)));
        return symbol;
    }

    /** Nodes added so far. */
    public int nodeCount() {
        return nodes.size();
    }

    /** Where the nodes to come belong: the path of a module, such as {@code encoder.gru}, and a line of source code. */
    public void locate(String modulePath, String sourceLine) {
        scope = modulePath;
        origin = sourceLine;
    }

    /**
     * Adds a stored tensor.
     *
     * @param data elements in row-major order, little-endian
     */
    public Tensor initializer(String name, ElementType type, Shape shape, ByteString data) {
        String unique = unique(name);
        TensorProto.Builder proto = contents(type, shape, data);
        initializers.put(unique, proto.setName(unique).build());
        return new Tensor(unique, type, shape);
    }

    /**
     * As {@link #initializer(String, ElementType, Shape, ByteString)}, without a copy of what is large.
     *
     * @param data must stay as it is until the model is written
     */
    public Tensor initializer(String name, ElementType type, Shape shape, ByteBuffer data) {
        if (data.remaining() < LARGE) {
            return initializer(name, type, shape, ByteString.copyFrom(data.duplicate()));
        }
        Tensor tensor = initializer(name, type, shape, ByteString.EMPTY);
        initializers.computeIfPresent(
                tensor.name(), (key, proto) -> proto.toBuilder().clearRawData().build());
        large.put(tensor.name(), data.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        return tensor;
    }

    /** The initialiser of this name, made when it is first asked for. */
    public Tensor sharedInitializer(String name, Supplier<Tensor> make) {
        Tensor known = shared.get(name);
        if (known == null) {
            known = make.get();
            shared.put(name, known);
        }
        return known;
    }

    private Tensor constant(ElementType type, Shape shape, ByteString data) {
        TensorProto content = contents(type, shape, data).build();
        String name = constants.get(content);
        if (name == null) {
            name = initializer("constant", type, shape, data).name();
            constants.put(content, name);
        }
        return new Tensor(name, type, shape);
    }

    static TensorProto.Builder contents(ElementType type, Shape shape, ByteString data) {
        return TensorProto.newBuilder()
                .addAllDims(Arrays.stream(shape.sizes()).boxed().toList())
                .setDataType(type.onnxCode())
                .setRawData(data);
    }

    /** A stored tensor of text, in row-major order. */
    public Tensor strings(Shape shape, List<String> values) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .addAllDims(Arrays.stream(shape.sizes()).boxed().toList())
                .setDataType(ElementType.STRING.onnxCode());
        values.forEach(value -> proto.addStringData(ByteString.copyFromUtf8(value)));
        TensorProto content = proto.build();
        String known = constants.get(content);
        if (known == null) {
            known = unique("constant");
            constants.put(content, known);
            initializers.put(known, proto.setName(known).build());
        }
        return new Tensor(known, ElementType.STRING, shape);
    }

    /** A one-dimensional tensor of 64-bit integers. */
    public Tensor constant(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putLong);
        return constant(ElementType.INT64, Shape.of(values.length), ByteString.copyFrom(bytes.flip()));
    }

    /** A 64-bit integer without axes. */
    public Tensor index(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        return constant(ElementType.INT64, Shape.SCALAR, ByteString.copyFrom(bytes.flip()));
    }

    /** A tensor without axes. */
    public Tensor scalar(ElementType type, double value) {
        return numbers(type, Shape.SCALAR, value);
    }

    /** A stored tensor of few numbers, in row-major order; equal ones are stored once. */
    public Tensor numbers(ElementType type, Shape shape, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(value -> put(bytes, type, value));
        return constant(type, shape, ByteString.copyFrom(bytes.flip()));
    }

    private static void put(ByteBuffer bytes, ElementType type, double value) {
        switch (type) {
            case FLOAT32 -> bytes.putFloat((float) value);
            case FLOAT64 -> bytes.putDouble(value);
            case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
            case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
            case INT64 -> bytes.putLong((long) value);
            case INT32 -> bytes.putInt((int) value);
            case INT16 -> bytes.putShort((short) value);
            case INT8, UINT8 -> bytes.put((byte) value);
            case BOOL -> bytes.put((byte) (value == 0 ? 0 : 1));
            case STRING -> throw new IllegalArgumentException("type: string (expected: numbers; text is in strings)");
        }
    }

    /** Adds a node with one output. */
    public Tensor node(
            String operator,
            ElementType type,
            Shape shape,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        return nodes(operator, List.of(new Tensor("", type, shape)), arguments, attributes)
                .getFirst();
    }

    /**
     * Adds a node.
     *
     * @param outputs types and shapes of its outputs; their names are ignored
     * @param arguments null for an optional input that is left out
     * @return the outputs, named
     */
    public List<Tensor> nodes(
            String operator,
            List<Tensor> outputs,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        return OpsetChanges.write(this, operator, outputs, arguments, attributes);
    }

    /** Adds a node of {@link #ML} with one output. */
    public Tensor mlNode(
            String operator,
            ElementType type,
            Shape shape,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        return mlNodes(operator, List.of(new Tensor("", type, shape)), arguments, attributes)
                .getFirst();
    }

    /** Adds a node of {@link #ML}, as {@link #nodes}. */
    public List<Tensor> mlNodes(
            String operator,
            List<Tensor> outputs,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        return write(ML, operator, outputs, arguments, attributes);
    }

    /** Adds a node of {@link #RUNTIME} with one output. */
    public Tensor runtimeNode(
            String operator,
            ElementType type,
            Shape shape,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        return write(RUNTIME, operator, List.of(new Tensor("", type, shape)), arguments, attributes)
                .getFirst();
    }

    /** Adds a node just as it is given. */
    List<Tensor> write(
            String domain,
            String operator,
            List<Tensor> outputs,
            List<? extends @Nullable Tensor> arguments,
            Attribute... attributes) {
        String name = unique(scope.isEmpty() ? operator : scope + "/" + operator);
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the translation, at " + name);
        }
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setDomain(domain)
                .setName(name)
                .setDocString(origin);
        arguments.forEach(a -> node.addInput(a == null ? "" : a.name()));
        Arrays.stream(attributes).forEach(a -> node.addAttribute(a.proto()));
        List<Tensor> named = IntStream.range(0, outputs.size())
                .mapToObj(i -> {
                    Tensor output = outputs.get(i);
                    return new Tensor(unique(name + ":" + i), output.type(), output.shape());
                })
                .toList();
        named.forEach(t -> {
            node.addOutput(t.name());
            results.put(t.name(), t);
        });
        nodes.add(node.build());
        return named;
    }

    /** The sizes as a one-dimensional tensor, computed at run time where they depend on symbols. */
    public Tensor sizes(Shape shape) {
        if (shape.isConstant()) {
            return constant(shape.sizes());
        }
        List<Tensor> parts = shape.dims().stream().map(this::size).toList();
        return parts.size() == 1
                ? parts.getFirst()
                : node("Concat", ElementType.INT64, Shape.of(parts.size()), parts, Attribute.of("axis", 0));
    }

    /** One size as a one-dimensional tensor with one element. */
    public Tensor size(Dim dim) {
        if (dim.isConstant()) {
            return constant(dim.value());
        }
        Tensor known = emittedSizes.get(dim);
        if (known != null) {
            return known;
        }
        AxisOf source = symbols.get(dim.toString());
        Tensor size = source == null ? polynomial(dim) : axisSize(source);
        emittedSizes.put(dim, size);
        return size;
    }

    private Tensor axisSize(AxisOf source) {
        Tensor all = node("Shape", ElementType.INT64, Shape.of(source.tensor.rank()), List.of(source.tensor));
        return node(
                "Gather", ElementType.INT64, Shape.of(1), List.of(all, constant(source.axis)), Attribute.of("axis", 0));
    }

    private @Nullable Tensor sum(@Nullable Tensor a, Tensor b) {
        return a == null ? b : node("Add", ElementType.INT64, Shape.of(1), List.of(a, b));
    }

    private Tensor polynomial(Dim dim) {
        Tensor total = null;
        for (Map.Entry<Long, List<String>> term : dim.terms()) {
            Tensor product = constant(term.getKey());
            for (String symbol : term.getValue()) {
                Tensor factor = size(Dim.symbol(symbol));
                product = product.equals(constant(1L))
                        ? factor
                        : node("Mul", ElementType.INT64, Shape.of(1), List.of(product, factor));
            }
            total = sum(total, product);
        }
        return total == null ? constant(0) : total;
    }

    /** The same elements under another shape. */
    public Tensor reshape(Tensor tensor, Shape shape) {
        if (tensor.shape().equals(shape)) {
            return tensor;
        }
        return node("Reshape", tensor.type(), shape, List.of(tensor, reshapeTarget(tensor.shape(), shape)));
    }

    /** Prefers a stored target: 0 keeps the axis of the input, one -1 is inferred by the runtime. */
    private Tensor reshapeTarget(Shape from, Shape to) {
        long[] target = new long[to.rank()];
        int inferred = 0;
        for (int i = 0; i < target.length; i++) {
            Dim size = to.size(i);
            if (size.isConstant()) {
                target[i] = size.value();
            } else if (i < from.rank() && from.size(i).equals(size)) {
                target[i] = 0;
            } else {
                target[i] = -1;
                inferred++;
            }
        }
        return inferred > 1 ? sizes(to) : constant(target);
    }

    public Tensor transpose(Tensor tensor, int... order) {
        long[] permutation = Arrays.stream(order).asLongStream().toArray();
        return node(
                "Transpose",
                tensor.type(),
                tensor.shape().permuted(order),
                List.of(tensor),
                Attribute.of("perm", permutation));
    }

    public Tensor cast(Tensor tensor, ElementType type) {
        return tensor.type() == type
                ? tensor
                : node("Cast", type, tensor.shape(), List.of(tensor), Attribute.of("to", type.onnxCode()));
    }

    /** A name that is not taken yet: the wish itself, or with a number. */
    private String unique(String wish) {
        int number = names.merge(wish, 1, Integer::sum);
        return number == 1 ? wish : unique(wish + "_" + number);
    }
}
