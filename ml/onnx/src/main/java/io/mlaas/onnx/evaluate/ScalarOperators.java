package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Operators on numbers, text, lists and sizes: computed while translating, nothing of them is left in the graph. */
final class ScalarOperators {
    private ScalarOperators() {}

    static void register(OperatorTable table) {
        table.add("dim", "self", "", c -> Value.Int.of(c.packed().rank(c.tensor("self"))));
        table.add("size", "self dim=None", "", ScalarOperators::size);
        table.add(
                "numel", "self", "", c -> new Value.Int(c.tensor("self").shape().elements()));
        table.add("len", "self", "", ScalarOperators::length);
        table.add("list", "self", "", c -> Value.Items.of(c.items("self")));
        table.add("append", "self item", "", c -> {
            ((Value.Items) c.value("self")).items().add(c.value("item"));
            return c.value("self");
        });
        table.add("insert", "self index item", "", c -> {
            ((Value.Items) c.value("self")).items().add((int) c.integer("index"), c.value("item"));
            return Value.NONE;
        });
        table.add("_set_item", "self index item", "", c -> {
            ArrayList<Value> items = ((Value.Items) c.value("self")).items();
            int index = (int) c.integer("index");
            items.set(index < 0 ? index + items.size() : index, c.value("item"));
            return c.value("self");
        });
        table.add("__contains__", "self item", "", c -> {
            Value container = c.value("self");
            c.require(ArithmeticOperators.isPlain(c.value("item")), "a search for what is neither number nor text");
            boolean found = container instanceof Value.Dictionary dictionary
                    ? dictionary.entries().containsKey(c.value("item"))
                    : c.items("self").stream()
                            .anyMatch(item -> ArithmeticOperators.isPlain(item) && item.equals(c.value("item")));
            return new Value.Bool(found);
        });
        table.add("__is__", "self other", "", c -> new Value.Bool(same(c)));
        table.add("__isnot__", "self other", "", c -> new Value.Bool(!same(c)));
        table.add("__not__", "self", "", c -> new Value.Bool(!c.bool("self")));
        table.add(
                "find",
                "self text start=0 end=-1",
                "",
                c -> Value.Int.of(c.text("self").indexOf(c.text("text"))));
        table.add("format", "self *", "", ScalarOperators::format);
        table.add(
                "is_floating_point",
                "self",
                "",
                c -> new Value.Bool(c.tensor("self").type().isFloating()));
        table.add("device", "self", "", c -> c.value("self"));
        table.add("IntImplicit", "self", "", ScalarOperators::toInt);
        table.add("FloatImplicit", "self", "", c -> new Value.Real(c.real("self")));
        table.add("ScalarImplicit", "self", "", c -> c.value("self"));
        table.add("Int", "self", "", ScalarOperators::toInt);
        table.add("Float", "self", "", c -> new Value.Real(c.real("self")));
        table.add("__range_length", "start end step", "", c -> {
            c.require(!c.dim("step").is(0), "step: 0");
            return Value.Int.of(Math.max(0, Math.ceilDiv(c.integer("end") - c.integer("start"), c.integer("step"))));
        });
        table.add(
                "__derive_index",
                "index start step",
                "",
                c -> Value.Int.of(c.integer("start") + c.integer("index") * c.integer("step")));
        for (String mode : List.of("is_autocast_enabled", "is_autocast_cpu_enabled", "is_grad_enabled")) {
            table.add(mode, "", "", c -> new Value.Bool(false));
        }
        table.add("warn", "self *", "", c -> Value.NONE);
        table.add(
                "keys",
                "self",
                "",
                c -> Value.Items.of(List.copyOf(
                        ((Value.Dictionary) c.value("self")).entries().keySet())));
        table.add(
                "values",
                "self",
                "",
                c -> Value.Items.of(List.copyOf(
                        ((Value.Dictionary) c.value("self")).entries().values())));
        table.add(
                "items",
                "self",
                "",
                c -> Value.Items.of(((Value.Dictionary) c.value("self"))
                        .entries().entrySet().stream()
                                .map(e -> new Value.Tuple(List.of(e.getKey(), e.getValue())))
                                .toList()));
        table.add("extend", "self other", "", c -> {
            ((Value.Items) c.value("self")).items().addAll(List.copyOf(c.items("other")));
            return Value.NONE;
        });
        table.add("pop", "self index=-1", "", c -> {
            ArrayList<Value> items = ((Value.Items) c.value("self")).items();
            int index = (int) c.integer("index");
            return items.remove(index < 0 ? index + items.size() : index);
        });
        table.add("_nested_tensor_from_mask_left_aligned", "self mask", "", c -> {
            c.warn("masks are taken not to be left-aligned, so that masked positions are computed like others");
            return new Value.Bool(false);
        });
        table.add("is_complex", "self", "", c -> new Value.Bool(false));
        table.addFull("ops.prim.NumToTensor", "self", "", c -> c.value("self"));
        table.addFull(
                "ops.prim.dtype",
                "self",
                "",
                c -> Value.Int.of(c.tensor("self").type().torchCode()));
        table.addFull("ops.prim.device", "self", "", c -> new Value.Text("cpu"));
        table.addFull("ops.prim.type", "self", "", c -> c.value("self"));
        // PyTorch's own choice of a kernel, which looks at the elements of the mask: the mask is applied either way
        table.addFull(
                "__torch__.torch.nn.modules.transformer._detect_is_causal_mask",
                "mask is_causal=None size=None",
                "",
                c -> new Value.Bool(c.given("is_causal") && c.bool("is_causal")));
        table.addFull("ops.prim.is_cuda", "self", "", c -> new Value.Bool(false));
        table.addFull("ops.prim.is_nested", "self", "", c -> new Value.Bool(false));
        table.addFull("ops.prim.requires_grad", "self", "", c -> new Value.Bool(false));
        table.addFull("ops.prim.RaiseException", "message kind=None", "", c -> {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "the model raises an error for this input: " + Values.describe(c.value("message")));
        });
        table.addFull("ops.prim.min", "self other=None", "", c -> extreme(c, -1));
        table.addFull("ops.prim.max", "self other=None", "", c -> extreme(c, 1));
        table.addFull("int", "self", "", ScalarOperators::toInt);
        table.addFull(
                "float",
                "self",
                "",
                c -> new Value.Real(
                        c.value("self") instanceof Value.Text text ? specialNumber(c, text.value()) : c.real("self")));
        table.addFull("bool", "self", "", c -> new Value.Bool(c.bool("self")));
        table.addFull("str", "self", "", c -> new Value.Text(Values.describe(c.value("self"))));
        table.addFull("range", "start end=None step=1", "", ScalarOperators::range);
    }

    private static Value size(Call call) {
        List<Dim> dims = call.tensor("self").shape().dims();
        return call.given("dim")
                ? new Value.Int(call.tensor("self").size((int) call.integer("dim")))
                : Value.Items.of(dims.stream().map(Value.Int::new).toList());
    }

    private static Value length(Call call) {
        return switch (call.value("self")) {
            case TensorValue tensor -> new Value.Int(tensor.shape().size(0));
            case Value.Dictionary dictionary ->
                Value.Int.of(dictionary.entries().size());
            case Value.Text text -> Value.Int.of(text.value().length());
            default -> Value.Int.of(call.items("self").size());
        };
    }

    private static boolean same(Call call) {
        Value a = call.value("self");
        Value b = call.value("other");
        return a == b || (a instanceof Value.None && b instanceof Value.None);
    }

    private static Value toInt(Call call) {
        return switch (call.value("self")) {
            case Value.Int integer -> integer;
            case Value.Real real -> Value.Int.of((long) real.value());
            default -> new Value.Int(call.dim("self"));
        };
    }

    private static double specialNumber(Call call, String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> throw call.refuse("text " + text + " (expected: inf, -inf or nan)");
        };
    }

    private static Value format(Call call) {
        String text = call.text("self");
        for (Value value : call.items("*")) {
            int at = text.indexOf("{}");
            if (at >= 0) {
                text = text.substring(0, at) + Values.describe(value) + text.substring(at + 2);
            }
        }
        call.require(text.length() <= 100_000, "a text of " + text.length() + " characters");
        return new Value.Text(text);
    }

    private static Value extreme(Call call, int sign) {
        List<Value> values =
                call.given("other") ? List.of(call.value("self"), call.value("other")) : call.items("self");
        Value best = values.getFirst();
        for (Value value : values) {
            if (best instanceof Value.Int a && value instanceof Value.Int b) {
                long order = b.dim()
                        .compare(a.dim())
                        .orElseThrow(() -> call.refuse("sizes " + a.dim() + " and " + b.dim()
                                + " (expected: an order that holds for every input)"));
                best = order == sign ? value : best;
            } else {
                double a = Call.number(best).orElseThrow(() -> call.refuse("expected: numbers"));
                double b = Call.number(value).orElseThrow(() -> call.refuse("expected: numbers"));
                best = Double.compare(b, a) == sign ? value : best;
            }
        }
        return best;
    }

    private static Value range(Call call) {
        long start = call.given("end") ? call.integer("start") : 0;
        long end = call.given("end") ? call.integer("end") : call.integer("start");
        long step = call.integer("step");
        call.require(step != 0 && (end - start) / step < 100_000, "range of " + (end - start) + " steps");
        return Value.Items.of(LongStream.iterate(start, i -> step > 0 ? i < end : i > end, i -> i + step)
                .mapToObj(Value.Int::of)
                .toList());
    }

    /** Whether a scalar can stand for this value: numbers, and integers of the archive without axes. */
    static boolean isScalar(Value value) {
        return switch (value) {
            case Value.Int integer -> true;
            case Value.Real real -> true;
            case Value.Bool bool -> true;
            case TensorValue tensor ->
                tensor.rank() == 0
                        && tensor.stored().isPresent()
                        && !tensor.type().isFloating();
            default -> false;
        };
    }
}
