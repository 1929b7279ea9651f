package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.script.ScriptCode;
import io.mlaas.onnx.script.Syntax.Function;
import java.util.HashMap;
import java.util.Map;

/** One call of a function: its variables, and where it is, for messages. */
final class Frame {
    final Map<String, Value> variables = new HashMap<>();
    final String path;
    int line;

    private final ScriptCode code;
    private final Function function;

    /** @param path of the module it works for, such as {@code encoder.0}; empty for the model itself */
    Frame(ScriptCode code, Function function, String path) {
        this.code = code;
        this.function = function;
        this.path = path;
    }

    String source() {
        return function.file() + ":" + line;
    }

    TranslationRefused refuse(Reason reason, String message) {
        String module = path.isEmpty() ? "" : " in module " + path;
        return new TranslationRefused(
                reason, message + " (" + source() + module + ": " + code.line(function.file(), line) + ")");
    }

    TranslationRefused unsupported(String message) {
        return refuse(Reason.UNSUPPORTED_CODE, message);
    }
}
