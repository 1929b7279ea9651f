package io.mlaas.onnx.script;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The syntax of TorchScript's code text, the part of Python that {@code torch.jit.save} writes. */
public final class Syntax {
    private Syntax() {}

    public sealed interface Expression {}

    public record Name(String id) implements Expression {}

    /** @param value a {@link Long}, {@link Double}, {@link Boolean}, {@link String} or null for {@code None} */
    public record Literal(@Nullable Object value) implements Expression {}

    public record Attribute(Expression target, String name) implements Expression {}

    public record Call(Expression function, List<Expression> arguments, Map<String, Expression> named)
            implements Expression {}

    public record Subscript(Expression target, Expression index) implements Expression {}

    public record ListOf(List<Expression> items) implements Expression {}

    public record TupleOf(List<Expression> items) implements Expression {}

    public record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

    public record Negation(Expression operand) implements Expression {}

    public record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {}

    /** Every statement knows its line, counted from 1. */
    public sealed interface Statement {
        int line();
    }

    /** @param targets more than one where a tuple is taken apart */
    public record Assign(int line, List<String> targets, Expression value) implements Statement {}

    public record AttributeAssign(int line, Attribute target, Expression value) implements Statement {}

    public record Evaluate(int line, Expression expression) implements Statement {}

    public record Return(int line, Expression value) implements Statement {}

    public record Pass(int line) implements Statement {}

    public record If(int line, Expression condition, List<Statement> then, List<Statement> otherwise)
            implements Statement {}

    public record For(int line, String variable, Expression sequence, List<Statement> body) implements Statement {}

    public record While(int line, Expression condition, List<Statement> body) implements Statement {}

    /**
     * @param type such as {@code Tensor} or {@code Optional[Tensor]}, where it is declared
     * @param defaultValue absent for a parameter that must be given
     */
    public record Parameter(String name, Optional<Expression> type, Optional<Expression> defaultValue) {}

    /** @param file where it is written, such as {@code code/__torch__.py} */
    public record Function(String file, String name, List<Parameter> parameters, List<Statement> body) {}

    /**
     * @param kind {@code Module}, {@code NamedTuple}, or empty
     * @param constants attributes with a value in the class itself
     * @param fields declared attributes in order
     */
    public record ClassDefinition(
            String name,
            String kind,
            Map<String, Expression> constants,
            List<String> fields,
            Map<String, Function> methods) {}
}
