package io.mlaas.onnx.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.numeric.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The tensors of an HDF5 file by their paths, such as {@code layers/dense/vars/0}. */
final class Weights implements WeightStore {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_RANK = 12;
    private static final Set<Class<?>> NUMERIC = Set.of(
            float.class, double.class, int.class, long.class, Float.class, Double.class, Integer.class, Long.class);

    private final Map<String, Array> tensors;

    private Weights(Map<String, Array> tensors) {
        this.tensors = tensors;
    }

    /**
     * Only groups and numeric data are followed: no links into other files, nothing that refers to what lies outside.
     *
     * @throws TranslationRefused when the file is damaged or beyond the limits
     */
    static Weights read(ByteBuffer hdf5, ReadLimits limits) {
        try (HdfFile file = HdfFile.fromByteBuffer(hdf5.slice())) {
            return new Weights(tensors(file, hdf5.remaining(), limits));
        } catch (TranslationRefused e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TranslationRefused(Reason.DAMAGED, "model.weights.h5: " + e.getMessage(), e);
        }
    }

    /**
     * What a group of a file holds, by the paths inside of it.
     *
     * @param length of the file in bytes
     */
    static Map<String, Array> tensors(Group root, int length, ReadLimits limits) {
        Map<String, Array> tensors = new HashMap<>();
        record Open(String path, Group group, int depth) {}
        Deque<Open> open = new ArrayDeque<>();
        open.add(new Open("", root, 0));
        long bytes = 0;
        int nodes = 0;
        while (!open.isEmpty()) {
            Open place = open.remove();
            limit(place.depth <= MAX_DEPTH, "groups nested more than " + MAX_DEPTH + " deep");
            for (Map.Entry<String, Node> child : place.group.getChildren().entrySet()) {
                limit(++nodes <= limits.entries(), "more than " + limits.entries() + " objects");
                String path = place.path.isEmpty() ? child.getKey() : place.path + "/" + child.getKey();
                if (child.getValue().isLink()) {
                    continue;
                }
                if (child.getValue() instanceof Group group) {
                    open.add(new Open(path, group, place.depth + 1));
                } else if (child.getValue() instanceof Dataset dataset && isNumeric(dataset)) {
                    long size = Math.multiplyExact(dataset.getSize(), 8L);
                    bytes = Math.addExact(bytes, dataset.getSizeInBytes());
                    limit(
                            bytes <= limits.totalBytes() && size / 8 <= Integer.MAX_VALUE - 64,
                            "weights of more than " + limits.totalBytes() + " bytes");
                    limit(
                            dataset.getSizeInBytes() / 1000 <= length,
                            path + ": " + dataset.getSizeInBytes() + " bytes in a file of " + length);
                    tensors.put(path, array(path, dataset));
                }
            }
        }
        return tensors;
    }

    private static void limit(boolean condition, String message) {
        if (!condition) {
            throw new TranslationRefused(Reason.TOO_LARGE, "weights: " + message);
        }
    }

    private static boolean isNumeric(Dataset dataset) {
        // scalars have boxed types
        return !dataset.isCompound() && NUMERIC.contains(dataset.getJavaType());
    }

    private static Array array(String path, Dataset dataset) {
        int[] shape = dataset.getDimensions();
        limit(shape.length <= MAX_RANK, path + ": " + shape.length + " axes");
        if (dataset.isEmpty()) {
            return Array.of(new double[0], 0);
        }
        if (shape.length == 0) {
            return Array.scalar(((Number) dataset.getData()).doubleValue());
        }
        Array values = stored(dataset, shape).orElseGet(() -> read(path, dataset, shape));
        for (int i = 0; i < values.length(); i++) {
            if (Double.isNaN(values.at(i))) {
                throw new TranslationRefused(Reason.DAMAGED, path + ": NaN among the weights (expected: numbers)");
            }
        }
        return values;
    }

    /** As the numbers lie in the file, where they are 32-bit floats in a row. */
    private static Optional<Array> stored(Dataset dataset, int... shape) {
        boolean little = dataset.getDataType() instanceof FloatingPoint type
                && type.getByteOrder() == ByteOrder.LITTLE_ENDIAN
                && dataset.getJavaType() == float.class;
        return little && dataset instanceof ContiguousDataset row
                ? Optional.of(Array.ofFloats(row.getBuffer(), shape))
                : Optional.empty();
    }

    private static Array read(String path, Dataset dataset, int... shape) {
        return switch (dataset.getDataFlat()) {
            case float[] floats -> {
                ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(floats.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
                buffer.asFloatBuffer().put(floats);
                yield Array.ofFloats(buffer, shape);
            }
            case double[] doubles -> Array.of(doubles, shape);
            case int[] ints -> Array.of(Arrays.stream(ints).asDoubleStream().toArray(), shape);
            case long[] longs -> Array.of(Arrays.stream(longs).asDoubleStream().toArray(), shape);
            default -> throw new TranslationRefused(Reason.DAMAGED, path + ": data of an unexpected type");
        };
    }

    /** Those of one layer: {@code vars/0} as {@code 0}, {@code query_dense/vars/0} as {@code query_dense/0}. */
    @Override
    public Map<String, Array> of(Place place, String kind) {
        Map<String, Array> own = new TreeMap<>();
        String start = place.stored() + "/";
        tensors.forEach((path, array) -> {
            if (path.startsWith(start)) {
                String rest = path.substring(start.length());
                if (!rest.startsWith("layers/") && !rest.contains("seed_generator/")) {
                    own.put(rest.replace("vars/", ""), array);
                }
            }
        });
        return own;
    }
}
