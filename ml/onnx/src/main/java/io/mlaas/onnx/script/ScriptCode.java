package io.mlaas.onnx.script;

import io.mlaas.onnx.script.Syntax.ClassDefinition;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Function;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** All classes and functions of an archive by their full names, such as {@code __torch__.torch.nn.functional.relu}. */
public final class ScriptCode {
    private final Map<String, ClassDefinition> classes = new HashMap<>();
    private final Map<String, Function> functions = new HashMap<>();
    private final Map<String, List<String>> lines = new HashMap<>();

    private ScriptCode() {}

    /**
     * @param files texts by path, such as {@code __torch__/torch/nn/functional.py}
     * @throws SyntaxProblem naming file and line
     */
    public static ScriptCode parse(SortedMap<String, String> files) {
        ScriptCode code = new ScriptCode();
        files.forEach((path, text) -> {
            String prefix = path.substring(0, path.length() - ".py".length()).replace('/', '.') + ".";
            code.lines.put("code/" + path, text.lines().toList());
            Parser.Definitions definitions = Parser.parse("code/" + path, text);
            definitions.classes().forEach(c -> code.classes.put(prefix + c.name(), c));
            definitions.functions().forEach(f -> code.functions.put(prefix + f.name(), f));
        });
        return code;
    }

    public Optional<ClassDefinition> classNamed(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    public Optional<Function> functionNamed(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    /** A line of the source, counted from 1, for messages. */
    public String line(String file, int number) {
        List<String> text = lines.getOrDefault(file, List.of());
        return number >= 1 && number <= text.size() ? text.get(number - 1).strip() : "";
    }

    /** One expression, such as the default value in a signature. */
    public static Expression expression(String text) {
        return Parser.expression(text);
    }
}
