package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Python's pickle machine for the protocols 0 to 5, without its power: names stay names, calls are taken from a fixed
 * list, persistent ids, extension codes and out-of-band buffers are refused. The instructions are those of CPython's
 * {@code pickletools}.
 */
final class PickleMachine {
    private static final Object MARK = new Object();
    private static final int MAX_STACK = 4_000_000;

    private final BoundedStream in;
    private final Budget budget;
    private final boolean arraysFollow;
    private final ArrayList<@Nullable Object> stack = new ArrayList<>();
    private final Map<Long, @Nullable Object> memo = new HashMap<>();

    /** Objects that may still be made, shared with nested pickles. */
    static final class Budget {
        private final int limit;
        private int left;

        Budget(int limit) {
            this.limit = limit;
            this.left = limit;
        }

        private void take() {
            if (--left < 0) {
                throw new TranslationRefused(
                        Reason.TOO_LARGE, "the pickle makes more than " + limit + " objects (expected: less)");
            }
        }
    }

    /** @param arraysFollow whether arrays may follow their description in the stream, as joblib writes them */
    PickleMachine(BoundedStream in, Budget budget, boolean arraysFollow) {
        this.in = in;
        this.budget = budget;
        this.arraysFollow = arraysFollow;
    }

    @Nullable
    Object load() throws IOException {
        while (true) {
            int code = in.read();
            if (code == '.') {
                return pop();
            }
            execute(code);
            if (stack.size() > MAX_STACK) {
                throw new TranslationRefused(Reason.TOO_LARGE, "the pickle stacks more than " + MAX_STACK + " values");
            }
        }
    }

    private void execute(int code) throws IOException {
        switch (code) {
            case 0x80 -> protocol(in.read());
            case 0x95 -> in.bytes(8);
            case '(' -> stack.add(MARK);
            case '0' -> pop();
            case '1' -> toMark();
            case '2' -> stack.add(peek());
            case 'N' -> stack.add(null);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'I' -> push(wholeOrTruth(in.line()));
            case 'L', 'J', 'K', 'M', 0x8a, 0x8b, 'F', 'G' -> push(number(code));
            case 'S', 'T', 'U', 'V', 'X', 0x8c, 0x8d -> push(text(code));
            case 'B' -> push(in.bytes(in.unsigned(4)));
            case 'C' -> push(in.bytes(in.read()));
            case 0x8e, 0x96 -> push(in.bytes(in.unsigned(8)));
            case ')' -> push(new PickledTuple(new @Nullable Object[0]));
            case 't' -> push(new PickledTuple(toMark().toArray()));
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case ']' -> push(new ArrayList<>(0));
            case 'l' -> push(new ArrayList<>(toMark()));
            case '}' -> push(new LinkedHashMap<>(2));
            case 'd' -> {
                List<@Nullable Object> entries = toMark();
                push(new LinkedHashMap<>());
                put(entries);
            }
            case 0x8f -> push(new LinkedHashSet<>(2));
            case 0x91 -> push(new LinkedHashSet<>(keys(toMark())));
            case 'a' -> append(Arrays.asList(pop()));
            case 'e' -> append(toMark());
            case 0x90 -> addAll(toMark());
            case 's' -> {
                Object value = pop();
                put(Arrays.asList(pop(), value));
            }
            case 'u' -> put(toMark());
            case 'g' -> stack.add(recall(decimal(in.line())));
            case 'h' -> stack.add(recall(in.read()));
            case 'j' -> stack.add(recall(in.unsigned(4)));
            case 'p' -> remember(decimal(in.line()));
            case 'q' -> remember(in.read());
            case 'r' -> remember(in.unsigned(4));
            case 0x94 -> remember(memo.size());
            case 'c' -> {
                String module = in.line();
                push(AllowList.resolve(module, in.line()));
            }
            case 0x93 -> {
                Object name = pop();
                if (!(pop() instanceof String module) || !(name instanceof String text)) {
                    throw new MalformedPickle("a name that is no text");
                }
                push(AllowList.resolve(module, text));
            }
            case 'R' -> {
                List<@Nullable Object> arguments = Constructors.elements(pop());
                push(Constructors.call(global(), arguments));
            }
            case 0x81 -> {
                List<@Nullable Object> arguments = Constructors.elements(pop());
                push(instance(global(), arguments));
            }
            case 0x92 -> {
                if (!(pop() instanceof Map<?, ?> named) || !named.isEmpty()) {
                    throw new MalformedPickle("a constructor with named arguments");
                }
                List<@Nullable Object> arguments = Constructors.elements(pop());
                push(instance(global(), arguments));
            }
            case 'b' -> build();
            default ->
                throw new TranslationRefused(
                        Reason.FORBIDDEN_GLOBAL,
                        "pickle instruction 0x" + Integer.toHexString(code)
                                + " (expected: one that builds data: no persistent ids, extensions or buffers)");
        }
    }

    private static void protocol(int version) {
        if (version > 5) {
            throw new MalformedPickle("protocol: " + version + " (expected: 0 to 5)");
        }
    }

    private static Object instance(PickledGlobal type, List<@Nullable Object> arguments) {
        Object made = type.module().startsWith("numpy") || type.module().equals("builtins")
                ? Constructors.call(type, arguments)
                : Constructors.create(type, arguments);
        return Constructors.present(made);
    }

    private Number number(int code) throws IOException {
        return switch (code) {
            case 'K' -> (long) in.read();
            case 'M' -> in.unsigned(2);
            case 'J' -> (long) (int) in.unsigned(4);
            case 'G' -> Double.longBitsToDouble(Long.reverseBytes(in.unsigned(8)));
            case 'F' -> PickledText.real(in.line());
            case 0x8a -> small(in.bytes(in.read()));
            case 0x8b -> small(in.bytes(in.unsigned(4)));
            default -> {
                String digits = in.line();
                yield narrow(whole(digits.endsWith("L") ? digits.substring(0, digits.length() - 1) : digits));
            }
        };
    }

    /** Before protocol 2 truth is written as {@code 00} and {@code 01}. */
    private static Object wholeOrTruth(String digits) {
        return switch (digits) {
            case "00" -> false;
            case "01" -> true;
            default -> narrow(whole(digits));
        };
    }

    private static BigInteger whole(String digits) {
        if (digits.length() > 1000) {
            throw new MalformedPickle("an integer of " + digits.length() + " digits");
        }
        return new BigInteger(digits);
    }

    private static long decimal(String digits) {
        return whole(digits).longValueExact();
    }

    private static Number small(byte[] littleEndian) {
        if (littleEndian.length > 4096) {
            throw new MalformedPickle("an integer of " + littleEndian.length + " bytes");
        }
        byte[] bigEndian = new byte[littleEndian.length + 1];
        bigEndian[0] = (byte) (littleEndian.length > 0 && littleEndian[littleEndian.length - 1] < 0 ? -1 : 0);
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[bigEndian.length - 1 - i] = littleEndian[i];
        }
        return narrow(new BigInteger(bigEndian));
    }

    private static Number narrow(BigInteger value) {
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    private String text(int code) throws IOException {
        return switch (code) {
            case 'X' -> in.text(in.unsigned(4));
            case 0x8c -> in.text(in.read());
            case 0x8d -> in.text(in.unsigned(8));
            case 'T' -> PickledText.latin1(in.bytes(in.unsigned(4)));
            case 'U' -> PickledText.latin1(in.bytes(in.read()));
            case 'V' -> PickledText.rawUnicode(in.line());
            default -> PickledText.quoted(in.line());
        };
    }

    private void tuple(int size) {
        @Nullable Object[] elements = new @Nullable Object[size];
        for (int i = size - 1; i >= 0; i--) {
            elements[i] = pop();
        }
        push(new PickledTuple(elements));
    }

    private void append(List<@Nullable Object> values) {
        switch (peek()) {
            case ArrayList<?> list -> Constructors.elements(list).addAll(values);
            case PickledObject object ->
                values.forEach(v -> object.items().put((long) object.items().size(), v));
            case null, default -> throw new MalformedPickle("values for what is no list");
        }
    }

    private void addAll(List<@Nullable Object> values) {
        if (!(peek() instanceof LinkedHashSet<?> target)) {
            throw new MalformedPickle("values for what is no set");
        }
        @SuppressWarnings("unchecked") // sets are made here only
        Set<@Nullable Object> set = (Set<@Nullable Object>) target;
        set.addAll(keys(values));
    }

    private void put(List<@Nullable Object> entries) {
        Map<@Nullable Object, @Nullable Object> map = map(peek());
        if (entries.size() % 2 != 0) {
            throw new MalformedPickle("a key without a value");
        }
        for (int i = 0; i < entries.size(); i += 2) {
            map.put(key(entries.get(i)), entries.get(i + 1));
        }
    }

    @SuppressWarnings("unchecked") // maps are made here only
    private static Map<@Nullable Object, @Nullable Object> map(@Nullable Object target) {
        if (target instanceof PickledObject object) {
            return object.items();
        }
        if (target instanceof LinkedHashMap<?, ?> map) {
            return (Map<@Nullable Object, @Nullable Object>) map;
        }
        throw new MalformedPickle("entries for what is no dictionary");
    }

    private static List<@Nullable Object> keys(List<@Nullable Object> values) {
        values.forEach(PickleMachine::key);
        return values;
    }

    /** Keys hash in constant time and never reach themselves. */
    private static @Nullable Object key(@Nullable Object value) {
        if (value instanceof ArrayList || value instanceof Map || value instanceof Set) {
            throw new MalformedPickle("a key that can change");
        }
        return value;
    }

    private void build() throws IOException {
        Object state = pop();
        switch (peek()) {
            case NdArray array -> fill(array, Constructors.elements(state));
            case Dtype type -> type.restore(Constructors.elements(state));
            case PickledObject object -> {
                restore(object, state);
                if (object.className().equals("joblib.numpy_pickle.NumpyArrayWrapper")) {
                    pop();
                    push(following(object));
                }
            }
            case LinkedHashMap<?, ?> map -> { // attributes of an OrderedDict carry no entries
                if (!(state instanceof Map)) {
                    throw new MalformedPickle("a state of a dictionary");
                }
            }
            case null, default -> throw new MalformedPickle("a state for what has none");
        }
    }

    private static void restore(PickledObject object, @Nullable Object state) {
        if (state instanceof PickledTuple pair && pair.size() == 2 && pair.get(1) instanceof Map<?, ?>) {
            if (pair.get(0) != null) {
                restore(object, pair.get(0));
            }
            restore(object, pair.get(1));
        } else if (state instanceof Map<?, ?> attributes) {
            attributes.forEach((name, value) -> object.state().put(String.valueOf(name), value));
        } else {
            object.state().put("__state__", state);
        }
    }

    /** {@code (version, shape, dtype, column-major, contents)}; a masked array's mask comes after. */
    private static void fill(NdArray array, List<@Nullable Object> state) {
        long[] shape = Constructors.shape(state.get(1));
        Dtype type = (Dtype) Constructors.present(state.get(2));
        boolean columnMajor =
                Boolean.TRUE.equals(state.get(3)) || Long.valueOf(1).equals(state.get(3));
        if (state.get(4) instanceof ArrayList<?> objects) {
            array.fill(type, shape, columnMajor, Constructors.elements(objects));
        } else {
            array.fill(type, shape, columnMajor, Constructors.rawBytes(state.get(4)));
        }
    }

    /** An array whose bytes follow at once, as {@code joblib.dump} writes it. */
    private NdArray following(PickledObject wrapper) throws IOException {
        if (!arraysFollow) {
            throw new MalformedPickle("an array of joblib inside an array of objects");
        }
        long[] shape = Constructors.shape(wrapper.get("shape"));
        Dtype type = (Dtype) Constructors.present(wrapper.get("dtype"));
        if (type.kind == 'O') {
            Object nested = new PickleMachine(in, budget, false).load();
            if (nested instanceof NdArray array) {
                return array;
            }
            throw new MalformedPickle("an array of objects that is none");
        }
        if (wrapper.has("numpy_array_alignment_bytes")) {
            in.bytes(in.read());
        }
        byte[] bytes = in.bytes(Math.multiplyExact(NdArray.count(shape), (long) type.itemSize()));
        NdArray array = new NdArray();
        array.fill(type, shape, "F".equals(wrapper.get("order")), bytes);
        return array;
    }

    private PickledGlobal global() {
        if (pop() instanceof PickledGlobal global) {
            return global;
        }
        throw new TranslationRefused(
                Reason.FORBIDDEN_GLOBAL, "the pickle calls a value (expected: a named constructor)");
    }

    private void push(@Nullable Object value) {
        budget.take();
        stack.add(value);
    }

    private @Nullable Object peek() {
        Object top = stack.isEmpty() ? MARK : stack.getLast();
        if (top == MARK) {
            throw new MalformedPickle("a value is missing");
        }
        return top;
    }

    private @Nullable Object pop() {
        Object top = peek();
        stack.removeLast();
        return top;
    }

    private List<@Nullable Object> toMark() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw new MalformedPickle("a mark is missing");
        }
        List<@Nullable Object> above = new ArrayList<>(stack.subList(mark + 1, stack.size()));
        stack.subList(mark, stack.size()).clear();
        return above;
    }

    private @Nullable Object recall(long key) {
        if (!memo.containsKey(key)) {
            throw new MalformedPickle("memo " + key + " is empty");
        }
        return memo.get(key);
    }

    private void remember(long key) {
        budget.take();
        memo.put(key, peek());
    }
}
