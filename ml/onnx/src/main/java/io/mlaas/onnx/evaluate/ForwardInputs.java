package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.ForwardArgument;
import io.mlaas.onnx.ForwardArgument.Kind;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.InputCard.Declared;
import io.mlaas.onnx.script.Syntax;
import io.mlaas.onnx.script.Syntax.Expression;
import io.mlaas.onnx.script.Syntax.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What {@code forward} is called with. Where shapes are given by names, these are those of the parameters: {@code name} for
 * a tensor, {@code name_0}, {@code name_1} … for a tuple or list of them, {@code name.key} for a dictionary. Otherwise the
 * one shape is that of the first parameter, and the input is called {@code x}.
 *
 * @param task such as {@code classification}
 */
record ForwardInputs(List<Argument> arguments, Optional<String> task) {

    /** @param keys of a dictionary */
    record Argument(Kind kind, List<Declared> inputs, List<String> keys) {
        ForwardArgument described() {
            return new ForwardArgument(kind, inputs.stream().map(Declared::name).toList(), keys);
        }
    }

    static ForwardInputs of(Optional<String> text, List<Parameter> forward, TranslationOptions options) {
        InputCard card = InputCard.of(text, options);
        List<Parameter> parameters = forward.subList(Math.min(1, forward.size()), forward.size());
        if (card.named().isEmpty()) {
            Declared x = card.only();
            return new ForwardInputs(List.of(new Argument(Kind.TENSOR, List.of(x), List.of())), card.task());
        }
        Set<String> unused = new LinkedHashSet<>(card.named().keySet());
        List<Argument> arguments = new ArrayList<>();
        Optional<String> left = Optional.empty();
        for (Parameter parameter : parameters) {
            Optional<Argument> argument = argument(parameter, card, unused);
            if (argument.isPresent() && left.isPresent()) {
                throw refuse(
                        left.get() + " is left out before " + parameter.name() + " (expected: a shape for it too)");
            }
            if (argument.isEmpty()) {
                left = Optional.of(parameter.name());
            }
            argument.ifPresent(arguments::add);
        }
        if (!unused.isEmpty()) {
            throw refuse("inputs " + unused + " (expected: the parameters of forward, "
                    + parameters.stream().map(Parameter::name).toList()
                    + "; name_0, name_1 … for a tuple or list, name.key for a dictionary)");
        }
        return new ForwardInputs(arguments, card.task());
    }

    private static Optional<Argument> argument(Parameter parameter, InputCard card, Set<String> unused) {
        String type = outerType(parameter);
        Kind kind =
                switch (type) {
                    case "Tuple" -> Kind.TUPLE;
                    case "List" -> Kind.LIST;
                    case "Dict" -> Kind.DICTIONARY;
                    default -> Kind.TENSOR;
                };
        List<Declared> inputs = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (Declared declared : named(parameter.name(), kind, card)) {
            unused.remove(declared.name());
            inputs.add(declared);
            if (kind == Kind.DICTIONARY) {
                keys.add(declared.name().substring(parameter.name().length() + 1));
            }
        }
        if (!inputs.isEmpty()) {
            return Optional.of(new Argument(kind, inputs, keys));
        }
        if (parameter.defaultValue().isEmpty()) {
            throw refuse("no shape for " + parameter.name() + ", a parameter of forward (expected: one named "
                    + parameter.name()
                    + (kind == Kind.TENSOR ? "" : kind == Kind.DICTIONARY ? ".key" : "_0, " + parameter.name() + "_1 …")
                    + " in extra/mlaas.json's inputs, or given by the caller)");
        }
        return Optional.empty();
    }

    private static List<Declared> named(String parameter, Kind kind, InputCard card) {
        return switch (kind) {
            case TENSOR -> Stream.ofNullable(card.named().get(parameter)).toList();
            case TUPLE, LIST ->
                IntStream.range(0, card.named().size())
                        .mapToObj(i -> card.named().get(parameter + "_" + i))
                        .takeWhile(Objects::nonNull)
                        .toList();
            case DICTIONARY ->
                card.named().values().stream()
                        .filter(declared -> declared.name().startsWith(parameter + "."))
                        .toList();
        };
    }

    /** {@code Tuple} of {@code Optional[Tuple[Tensor, Tensor]]}. */
    private static String outerType(Parameter parameter) {
        Optional<Expression> type = parameter.type();
        while (type.isPresent() && type.get() instanceof Syntax.Subscript generic) {
            String name = generic.target() instanceof Syntax.Name named ? named.id() : "";
            if (!name.equals("Optional")) {
                return name;
            }
            type = Optional.of(generic.index());
        }
        return "Tensor";
    }

    private static TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNKNOWN_INPUT, message);
    }

    List<Declared> inputs() {
        return arguments.stream().flatMap(a -> a.inputs().stream()).toList();
    }

    List<ForwardArgument> described() {
        return arguments.stream().map(Argument::described).toList();
    }

    /** With an axis of the only input that may vary; nothing where there are several. */
    Optional<ForwardInputs> withDynamic(int axis, String name) {
        if (inputs().size() != 1 || axis >= inputs().getFirst().shape().rank()) {
            return Optional.empty();
        }
        Argument argument = arguments.getFirst();
        Declared varying = argument.inputs().getFirst().withDynamic(axis, name);
        return Optional.of(
                new ForwardInputs(List.of(new Argument(argument.kind(), List.of(varying), argument.keys())), task));
    }
}
