package io.mlaas.online.tensorflow;

import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * The two signatures of a SavedModel that learns, by the conventions of TensorFlow's on-device training: {@code
 * train(x, y) → loss} and {@code infer(x) → output}. Tensors by their names in the graph.
 *
 * @param row shape of one row of the inputs
 * @param targetType of the tensor of targets
 * @param targetRow shape of one row of the targets
 * @param answered numbers that are answered for one row
 */
record Signatures(
        String features,
        String targets,
        String loss,
        String asked,
        String answer,
        List<Long> row,
        DataType targetType,
        List<Long> targetRow,
        int answered) {

    /** @throws SavedModelRefused if they are not there, do not fit the schema, or would do more than calculate */
    static Signatures of(MetaGraphDef graph, Schema schema, String train, String infer) throws SavedModelRefused {
        SignatureDef learning = signature(graph, train);
        SignatureDef asking = signature(graph, infer);
        TensorInfo x = tensor(train, learning.getInputsMap(), "x");
        TensorInfo y = tensor(train, learning.getInputsMap(), "y");
        if (learning.getInputsCount() != 2) {
            throw new SavedModelRefused(
                    "signature " + train + ": inputs " + learning.getInputsMap().keySet() + " (expected: x and y)");
        }
        TensorInfo loss = tensor(train, learning.getOutputsMap(), "loss");
        TensorInfo asked = only(infer, "input", asking.getInputsMap());
        TensorInfo answer = only(infer, "output", asking.getOutputsMap());
        requireFloats(train + ".x", x);
        requireFloats(train + ".loss", loss);
        requireFloats(infer, asked);
        requireFloats(infer, answer);
        List<Long> row = row(train + ".x", x);
        if (size(row) != schema.width() || !row(infer, asked).equals(row)) {
            throw new SavedModelRefused("rows of " + row + " numbers in " + train + " and " + row(infer, asked) + " in "
                    + infer + " (expected: " + schema.width() + ", as the schema has)");
        }
        Signatures signatures = new Signatures(
                x.getName(),
                y.getName(),
                loss.getName(),
                asked.getName(),
                answer.getName(),
                row,
                y.getDtype(),
                row(train + ".y", y),
                Math.toIntExact(size(row(infer, answer))));
        signatures.requireTargets(schema);
        new Operations(graph).requireCalculating(List.of(loss.getName(), answer.getName()), loading(graph));
        return signatures;
    }

    private void requireTargets(Schema schema) throws SavedModelRefused {
        long size = size(targetRow);
        boolean whole = targetType == DataType.DT_INT32 || targetType == DataType.DT_INT64;
        boolean indexes = schema.classifies() && size == 1 && (whole || targetType == DataType.DT_FLOAT);
        boolean numbers = size == schema.outputs() && targetType == DataType.DT_FLOAT;
        if (!indexes && !numbers) {
            throw new SavedModelRefused("targets of " + targetType + " " + targetRow + " (expected: "
                    + (schema.classifies()
                            ? "the index of the class, or a number for each of " + schema.outputs() + " classes"
                            : schema.outputs() + " 32-bit floats")
                    + ")");
        }
        boolean second = schema.classifies() && schema.outputs() == 2 && answered == 1;
        if (answered != schema.outputs() && !second) {
            throw new SavedModelRefused(
                    answered + " numbers answered for a row (expected: " + schema.outputs() + ", as the schema has)");
        }
    }

    /** Nodes that TensorFlow runs when it loads the file. */
    private static List<String> loading(MetaGraphDef graph) {
        List<String> nodes = new ArrayList<>(List.of(graph.getSaverDef().getRestoreOpName()));
        SignatureDef first = graph.getSignatureDefMap().get("__saved_model_init_op");
        if (first != null) {
            first.getOutputsMap().values().forEach(output -> nodes.add(output.getName()));
        }
        for (Map.Entry<String, CollectionDef> collection :
                graph.getCollectionDefMap().entrySet()) {
            if (collection.getKey().contains("_op")) {
                nodes.addAll(collection.getValue().getNodeList().getValueList());
            }
        }
        return nodes;
    }

    private static SignatureDef signature(MetaGraphDef graph, String name) throws SavedModelRefused {
        @Nullable SignatureDef signature = graph.getSignatureDefMap().get(name);
        if (signature == null) {
            List<String> known = graph.getSignatureDefMap().keySet().stream()
                    .filter(other -> !other.startsWith("__"))
                    .sorted()
                    .toList();
            throw new SavedModelRefused("no signature " + name + " (it has " + known + ")");
        }
        return signature;
    }

    private static TensorInfo tensor(String signature, Map<String, TensorInfo> tensors, String name)
            throws SavedModelRefused {
        TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
            throw new SavedModelRefused(
                    "signature " + signature + ": " + tensors.keySet() + " (expected: " + name + ")");
        }
        return tensor;
    }

    private static TensorInfo only(String signature, String what, Map<String, TensorInfo> tensors)
            throws SavedModelRefused {
        if (tensors.size() != 1) {
            throw new SavedModelRefused(
                    "signature " + signature + ": " + what + "s " + tensors.keySet() + " (expected: one)");
        }
        return tensors.values().iterator().next();
    }

    private static void requireFloats(String where, TensorInfo tensor) throws SavedModelRefused {
        if (tensor.getDtype() != DataType.DT_FLOAT) {
            throw new SavedModelRefused(where + ": " + tensor.getDtype() + " (expected: DT_FLOAT)");
        }
    }

    /** Sizes without the first, which counts the rows. */
    private static List<Long> row(String where, TensorInfo tensor) throws SavedModelRefused {
        List<Long> sizes = tensor.getTensorShape().getDimList().stream()
                .map(dimension -> dimension.getSize())
                .toList();
        if (sizes.isEmpty() || sizes.getFirst() != -1 || sizes.stream().skip(1).anyMatch(size -> size < 1)) {
            throw new SavedModelRefused(
                    where + ": shape " + sizes + " (expected: -1 for the rows, then sizes that are known)");
        }
        return List.copyOf(sizes.subList(1, sizes.size()));
    }

    private static long size(List<Long> row) {
        return row.stream().reduce(1L, Math::multiplyExact);
    }

    /** The shape of so many rows. */
    static long[] shape(int rows, List<Long> row) {
        long[] shape = new long[row.size() + 1];
        shape[0] = rows;
        for (int i = 0; i < row.size(); i++) {
            shape[i + 1] = row.get(i);
        }
        return shape;
    }
}
