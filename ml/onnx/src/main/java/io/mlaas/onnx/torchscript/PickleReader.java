package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a pickle of a TorchScript archive. A pickle is a program; of its instructions only those are obeyed that
 * {@code torch.jit.save} writes, and of the constructors that it may name only those listed here. Classes of the archive
 * become {@link ScriptObject}s: nothing is ever executed.
 */
final class PickleReader extends Unpickler {
    private static final Set<Short> INSTRUCTIONS = Set.of(
            Opcodes.PROTO,
            Opcodes.STOP,
            Opcodes.MARK,
            Opcodes.NONE,
            Opcodes.NEWTRUE,
            Opcodes.NEWFALSE,
            Opcodes.BININT,
            Opcodes.BININT1,
            Opcodes.BININT2,
            Opcodes.BINFLOAT,
            Opcodes.EMPTY_TUPLE,
            Opcodes.TUPLE,
            Opcodes.TUPLE1,
            Opcodes.TUPLE2,
            Opcodes.TUPLE3,
            Opcodes.EMPTY_LIST,
            Opcodes.APPEND,
            Opcodes.APPENDS,
            Opcodes.BINGET,
            Opcodes.LONG_BINGET,
            Opcodes.BINPUT,
            Opcodes.LONG_BINPUT,
            Opcodes.MEMOIZE,
            Opcodes.BINPERSID,
            Opcodes.POP);

    /** Storages by the constructor that PyTorch names, with the elements they hold. */
    private static final Set<String> SEQUENCES = Set.of(
            "torch.jit._pickle.build_intlist",
            "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist",
            "torch.jit._pickle.build_tensorlist");

    private static final String TAGGED = "torch.jit._pickle.restore_type_tag";
    private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final Set<String> PARAMETERS =
            Set.of("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state");
    private static final String ORDERED = "collections.OrderedDict";

    /** A constructor that the pickle has named, waiting for its arguments. */
    private record Constructor(String name) {}

    private final String file;
    private final Storages storages;

    /** Finds a storage by the persistent id of a pickle. */
    interface Storages {
        StoredTensor view(StorageId id, long offset, long[] sizes, long[] strides);
    }

    /** @param kind such as {@code FloatStorage} */
    record StorageId(String kind, String key) {}

    private PickleReader(String file, Storages storages) {
        this.file = file;
        this.storages = storages;
    }

    static @Nullable Object read(byte[] pickle, String file, Storages storages) throws IOException {
        PickleReader reader = new PickleReader(file, storages);
        try {
            return reader.load(new ByteArrayInputStream(pickle));
        } catch (PickleException
                | ClassCastException
                | IndexOutOfBoundsException
                | NullPointerException
                | ArithmeticException
                | IOException e) {
            // razorvine reports a malformed stream with whatever its stack runs into
            throw new TranslationRefused(Reason.DAMAGED, file + " is no valid pickle", e);
        }
    }

    @Override
    protected @Nullable Object dispatch(short key) throws IOException {
        switch (key) {
            case Opcodes.GLOBAL -> global(line(), line());
            case Opcodes.STACK_GLOBAL -> {
                String name = (String) stack.pop();
                global((String) stack.pop(), name);
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
                Object[] arguments = (Object[]) stack.pop();
                stack.add(construct(((Constructor) stack.pop()).name(), arguments));
            }
            case Opcodes.BUILD -> build();
            case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<String, Object>());
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                put(Arrays.asList(stack.pop(), value));
            }
            case Opcodes.SETITEMS -> put(stack.pop_all_since_marker());
            case Opcodes.BINUNICODE -> stack.add(text(integer()));
            case Opcodes.SHORT_BINUNICODE -> stack.add(text(input.read()));
            case Opcodes.LONG1 -> stack.add(bigInteger());
            case Opcodes.FRAME -> input.skipNBytes(8);
            default -> {
                if (!INSTRUCTIONS.contains(key)) {
                    throw new TranslationRefused(
                            Reason.FORBIDDEN_GLOBAL,
                            String.format(
                                    Locale.ROOT,
                                    "%s: instruction 0x%02x (expected: one that torch.jit.save writes)",
                                    file,
                                    key));
                }
                return super.dispatch(key);
            }
        }
        return NO_RETURN_VALUE;
    }

    private void global(String module, String name) {
        String full = module + "." + name;
        boolean storage = module.equals("torch") && name.endsWith("Storage");
        if (!storage
                && !module.equals("__torch__")
                && !module.startsWith("__torch__.")
                && !SEQUENCES.contains(full)
                && !full.equals(TENSOR)
                && !PARAMETERS.contains(full)
                && !full.equals(TAGGED)
                && !full.equals(ORDERED)) {
            throw new TranslationRefused(
                    Reason.FORBIDDEN_GLOBAL,
                    file + " names " + full
                            + " (expected: tensors, storages and the archive's own classes); nothing was executed");
        }
        stack.add(new Constructor(full));
    }

    private Object construct(String name, Object[] arguments) {
        if (name.startsWith("__torch__.")) {
            return new ScriptObject(name);
        }
        if (name.equals(TENSOR)) {
            return storages.view(
                    (StorageId) arguments[0], number(arguments[1]), numbers(arguments[2]), numbers(arguments[3]));
        }
        if (SEQUENCES.contains(name) || name.equals(TAGGED) || PARAMETERS.contains(name)) {
            return arguments[0];
        }
        if (name.equals(ORDERED) && arguments.length == 0) {
            return new LinkedHashMap<String, Object>();
        }
        throw new TranslationRefused(
                Reason.FORBIDDEN_GLOBAL, file + " calls " + name + " with " + arguments.length + " arguments");
    }

    private void build() {
        Object state = stack.pop();
        if (!(stack.peek() instanceof ScriptObject object) || !(state instanceof Map<?, ?>)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, file + ": an object with a state of its own (__setstate__)");
        }
        @SuppressWarnings("unchecked") // put() lets no other key in
        Map<String, @Nullable Object> attributes = (Map<String, @Nullable Object>) state;
        object.restore(attributes);
    }

    private void put(List<Object> keysAndValues) {
        @SuppressWarnings("unchecked")
        Map<String, Object> map = (Map<String, Object>) stack.peek();
        for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
            Object key = keysAndValues.get(i);
            if (!(key instanceof String) && !(key instanceof Number)) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, file + ": a dictionary whose keys are no text");
            }
            map.put(key.toString(), keysAndValues.get(i + 1));
        }
    }

    @Override
    protected Object persistentLoad(Object id) {
        Object[] parts = (Object[]) id;
        if (parts.length != 5 || !parts[0].equals("storage")) {
            throw new TranslationRefused(Reason.DAMAGED, file + ": persistent id " + Arrays.toString(parts));
        }
        return new StorageId(((Constructor) parts[1]).name().substring("torch.".length()), (String) parts[2]);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0 || line.length() > 1000) {
                throw new IOException("a name without end");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private int integer() throws IOException {
        byte[] bytes = exactly(4);
        return (bytes[0] & 255) | (bytes[1] & 255) << 8 | (bytes[2] & 255) << 16 | (bytes[3] & 255) << 24;
    }

    private String text(int length) throws IOException {
        return new String(exactly(length), StandardCharsets.UTF_8);
    }

    private long bigInteger() throws IOException {
        byte[] bytes = exactly(input.read());
        if (bytes.length > 8) {
            throw new IOException("an integer of " + bytes.length + " bytes");
        }
        long value = bytes.length == 0 ? 0 : bytes[bytes.length - 1] >> 7;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | (bytes[i] & 255);
        }
        return value;
    }

    /** Looks before it allocates: a length may lie. */
    private byte[] exactly(int length) throws IOException {
        if (length < 0 || length > input.available()) {
            throw new IOException("length: " + length + " (expected: <= " + input.available() + ")");
        }
        return input.readNBytes(length);
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static long[] numbers(Object values) {
        return Arrays.stream((Object[]) values).mapToLong(PickleReader::number).toArray();
    }
}
