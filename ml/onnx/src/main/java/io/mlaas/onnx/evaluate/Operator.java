package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax.Expression;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A row of the operator table.
 *
 * @param name as in the code, such as {@code torch.conv2d}
 * @param parameters in order
 * @param onnx what it becomes, for the documentation; empty where it is computed while translating
 */
record Operator(String name, List<Parameter> parameters, String onnx, Emitter emitter) {

    record Parameter(String name, Optional<Expression> defaultValue, String text) {
        static Parameter parse(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new Parameter(text, Optional.empty(), text)
                    : new Parameter(
                            text.substring(0, equals),
                            Optional.of(ScriptCode.expression(text.substring(equals + 1))),
                            text);
        }
    }

    /** Computes the value of a call, adding nodes to the graph where tensors are concerned. */
    interface Emitter {
        Value emit(Call call);
    }

    /** @param signature parameters separated by blanks, such as {@code "input weight bias=None stride=[1]"} */
    static Operator of(String name, String signature, String onnx, Emitter emitter) {
        List<Parameter> parameters = signature.isEmpty()
                ? List.of()
                : Arrays.stream(signature.split(" ")).map(Parameter::parse).toList();
        return new Operator(name, parameters, onnx, emitter);
    }
}
