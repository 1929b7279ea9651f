package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * What ONNX demands of a model's structure, checked before anything of it leaves the translator. Types and shapes are
 * checked by ONNX Runtime, which infers them anew when it loads the model.
 */
final class ModelCheck {
    private final OnnxBytes onnx;
    private final Set<String> defined = new HashSet<>();

    private ModelCheck(OnnxBytes onnx) {
        this.onnx = onnx;
    }

    /** @throws TranslationRefused when the model is not valid, or its weights are no numbers */
    static void require(OnnxBytes onnx) {
        ModelProto model = onnx.model();
        if (model.getGraph().getOutputCount() == 0 || model.getOpsetImportCount() == 0) {
            throw invalid("no outputs, or no operator set");
        }
        new ModelCheck(onnx).graph(model.getGraph());
    }

    private void graph(GraphProto graph) {
        defined.add("");
        graph.getInputList().forEach(input -> define(input.getName(), "the inputs"));
        graph.getInitializerList().forEach(this::initializer);
        nodes(graph, new HashSet<>());
    }

    private void nodes(GraphProto graph, Set<String> nodeNames) {
        for (NodeProto node : graph.getNodeList()) {
            if (node.getName().isEmpty() || !nodeNames.add(node.getName())) {
                throw invalid("two nodes, or none, of the name '" + node.getName() + "'");
            }
            for (String input : node.getInputList()) {
                if (!defined.contains(input)) {
                    throw invalid("node " + node.getName() + " reads " + input + ", which nothing before it defines");
                }
            }
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    attribute.getG().getInputList().forEach(i -> define(i.getName(), node.getName()));
                    nodes(attribute.getG(), nodeNames);
                }
            }
            node.getOutputList().stream().filter(o -> !o.isEmpty()).forEach(o -> define(o, node.getName()));
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            if (!defined.contains(output.getName())) {
                throw invalid("output " + output.getName() + " is computed nowhere");
            }
        }
    }

    private void define(String name, String where) {
        if (name.isEmpty() || !defined.add(name)) {
            throw invalid("'" + name + "' is defined twice, or has no name, at " + where);
        }
    }

    private void initializer(TensorProto tensor) {
        define(tensor.getName(), "the initialisers");
        ElementType type = OnnxFile.typeOf(tensor);
        long elements = tensor.getDimsList().stream().reduce(1L, Math::multiplyExact);
        long found = type == ElementType.STRING
                ? tensor.getStringDataCount()
                : onnx.elements(tensor).remaining() / Math.max(1, type.bytes());
        if (found != elements) {
            throw invalid("initialiser " + tensor.getName() + " holds " + found + " elements of " + elements);
        }
        // few numbers may be meant to be NaN, as what an imputer replaces; weights never are
        if (elements > 1 && !tensor.getName().startsWith("constant") && holdsNaN(type, onnx.elements(tensor))) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "the weights " + tensor.getName() + " hold NaN (expected: numbers)");
        }
    }

    private static boolean holdsNaN(ElementType type, ByteBuffer data) {
        return switch (type) {
            case FLOAT32 -> {
                while (data.remaining() >= 4) {
                    if (Float.isNaN(data.getFloat())) {
                        yield true;
                    }
                }
                yield false;
            }
            case FLOAT64 -> {
                while (data.remaining() >= 8) {
                    if (Double.isNaN(data.getDouble())) {
                        yield true;
                    }
                }
                yield false;
            }
            case FLOAT16, BFLOAT16, INT64, INT32, INT16, INT8, UINT8, BOOL, STRING -> false;
        };
    }

    private static TranslationRefused invalid(String what) {
        return new TranslationRefused(Reason.INVALID_RESULT, "the graph is not valid: " + what);
    }
}
