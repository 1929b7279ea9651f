package io.mlaas.neural.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs a TorchScript archive: {@link #run} one whose {@code forward} takes one tensor and returns one, {@link #call} one
 * that takes and returns several. Not safe for concurrent use; each
 * call may come from another thread.
 */
public final class TorchScriptRunner implements AutoCloseable {
    private final NDManager manager;
    private final PtSymbolBlock block;
    private final boolean integers;
    private long[] lastOutputShape = {};

    private TorchScriptRunner(NDManager manager, PtSymbolBlock block, boolean integers) {
        this.manager = manager;
        this.block = block;
        this.integers = integers;
    }

    /**
     * Loads an archive. Where it carries a card ({@code extra/mlaas.json}), the input's element type is taken from it;
     * otherwise the input is 32-bit floats.
     *
     * @throws IOException when the file cannot be read
     * @throws ai.djl.engine.EngineException when PyTorch refuses the archive
     */
    public static TorchScriptRunner load(Path file) throws IOException {
        return load(file, takesIntegers(file));
    }

    /**
     * Loads an archive whose input's element type the caller knows.
     *
     * @param integers whether the input is 64-bit integers; 32-bit floats otherwise
     * @throws IOException when the file cannot be read
     * @throws ai.djl.engine.EngineException when PyTorch refuses the archive
     */
    public static TorchScriptRunner load(Path file, boolean integers) throws IOException {
        Engine engine = PyTorch.engineForThisThread();
        NDManager manager = engine.newBaseManager();
        boolean loaded = false;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, in, false, false);
            JniUtils.enableInferenceMode(block);
            loaded = true;
            return new TorchScriptRunner(manager, block, integers);
        } finally {
            if (!loaded) {
                manager.close();
            }
        }
    }

    private static boolean takesIntegers(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry card = zip.stream()
                    .filter(e -> e.getName().endsWith("/extra/mlaas.json"))
                    .findFirst()
                    .orElse(null);
            if (card == null) {
                return false;
            }
            try (InputStream in = zip.getInputStream(card)) {
                String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                JsonNode root = JsonMapper.builder().build().readTree(json);
                return root.path("input").path("type").asString("").equals("int64");
            }
        }
    }

    /**
     * One of the outputs.
     *
     * @param values elements in row-major order
     * @param shape sizes, the batch first
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers for the caller, never compared as a whole
    public record Output(float[] values, long... shape) {}

    /**
     * Runs the model in inference mode.
     *
     * @param x elements in row-major order; rounded to integers where the model takes integers
     * @param shape sizes of {@code x}, the batch first
     * @return the output's elements in row-major order; its sizes are in {@link #lastOutputShape()}
     */
    public float[] run(float[] x, long... shape) {
        List<Output> outputs = runAll(x, shape);
        if (outputs.size() != 1) {
            throw new IllegalStateException("outputs: " + outputs.size() + " (expected: 1)");
        }
        lastOutputShape = outputs.getFirst().shape();
        return outputs.getFirst().values();
    }

    /** As {@link #run}, for a model that returns a tensor or a tuple of them. */
    public List<Output> runAll(float[] x, long... shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        if (elements != x.length) {
            throw new IllegalArgumentException("x: " + x.length + " elements (expected: " + elements + " for shape "
                    + java.util.Arrays.toString(shape) + ")");
        }
        JniUtils.setGraphExecutorOptimize(false);
        try (NDManager call = manager.newSubManager();
                NDArray wrapped = call.create(x, new Shape(shape));
                NDArray input = integers ? wrapped.toType(DataType.INT64, true) : wrapped.duplicate()) {
            try (NDList output = IValueUtils.forward(block, new NDList(input), false)) {
                List<Output> outputs = new ArrayList<>();
                for (NDArray y : output) {
                    float[] values = y.toType(DataType.FLOAT32, false).toFloatArray();
                    outputs.add(new Output(values, y.getShape().getShape()));
                }
                return outputs;
            }
        }
    }

    /**
     * A tensor on its way in or out.
     *
     * @param type such as {@code float32}, {@code int64}, {@code bool}
     * @param values elements in row-major order
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers for the engine, never compared as a whole
    public record Tensor(String type, double[] values, long... shape) {}

    /** How tensors make up one argument. */
    public enum Grouping {
        TENSOR,
        TUPLE,
        LIST,
        DICTIONARY
    }

    /** @param keys of a dictionary, in the order of the tensors */
    public record Argument(Grouping grouping, List<Tensor> tensors, List<String> keys) {}

    /** Runs the model in inference mode. @return all tensors that it returns, out of tuples and lists, in order */
    public List<Tensor> call(List<Argument> arguments) {
        JniUtils.setGraphExecutorOptimize(false);
        List<IValue> open = new ArrayList<>();
        try (PtNDManager call = (PtNDManager) manager.newSubManager()) {
            IValue[] given = arguments.stream()
                    .map(argument -> argument(call, argument, open))
                    .toArray(IValue[]::new);
            IValue result = IValueUtils.forward(block, given);
            open.add(result);
            List<Tensor> outputs = new ArrayList<>();
            for (NDArray y : result.toNDList(call)) {
                String type = y.getDataType().name().toLowerCase(java.util.Locale.ROOT);
                double[] values = y.toType(DataType.FLOAT64, true).toDoubleArray();
                outputs.add(new Tensor(
                        type.equals("boolean") ? "bool" : type,
                        values,
                        y.getShape().getShape()));
            }
            return outputs;
        } finally {
            open.forEach(IValue::close);
        }
    }

    private static IValue argument(PtNDManager manager, Argument argument, List<IValue> open) {
        List<PtNDArray> arrays = argument.tensors().stream()
                .map(tensor -> array(manager, tensor))
                .toList();
        IValue value =
                switch (argument.grouping()) {
                    case TENSOR -> IValue.from(arrays.getFirst());
                    case LIST -> IValue.listFrom(arrays.toArray(PtNDArray[]::new));
                    case TUPLE -> {
                        IValue[] items = arrays.stream().map(IValue::from).toArray(IValue[]::new);
                        open.addAll(List.of(items));
                        yield IValue.tupleFrom(items);
                    }
                    case DICTIONARY -> {
                        Map<String, PtNDArray> map = new LinkedHashMap<>();
                        for (int i = 0; i < arrays.size(); i++) {
                            map.put(argument.keys().get(i), arrays.get(i));
                        }
                        yield IValue.stringMapFrom(map);
                    }
                };
        open.add(value);
        return value;
    }

    private static PtNDArray array(PtNDManager manager, Tensor tensor) {
        DataType type = tensor.type().equals("bool")
                ? DataType.BOOLEAN
                : DataType.valueOf(tensor.type().toUpperCase(java.util.Locale.ROOT));
        return (PtNDArray)
                manager.create(tensor.values(), new Shape(tensor.shape())).toType(type, true);
    }

    /** Sizes of the latest output, the batch first; empty before the first run. */
    public long[] lastOutputShape() {
        return lastOutputShape.clone();
    }

    @Override
    public void close() {
        block.close();
        manager.close();
    }
}
