package io.mlaas.online.torch;

import io.mlaas.neural.training.EngineModule;
import io.mlaas.neural.training.Optimizer;
import io.mlaas.online.StateRefused;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that later behaviour depends on.
 *
 * @param random state of the generator
 * @param tensors of the module, running statistics included, row-major, little-endian
 */
record TorchState(long learned, long random, SortedMap<String, byte[]> tensors, Optimizer.State optimizer) {

    static TorchState of(long learned, long random, EngineModule module, Optimizer optimizer) {
        SortedMap<String, byte[]> tensors = new TreeMap<>();
        module.tensorNames().forEach(name -> tensors.put(name, module.bytes(name)));
        return new TorchState(learned, random, tensors, optimizer.state());
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(learned);
        out.writeLong(random);
        out.writeInt(tensors.size());
        for (Map.Entry<String, byte[]> tensor : tensors.entrySet()) {
            out.writeUTF(tensor.getKey());
            out.writeInt(tensor.getValue().length);
            out.write(tensor.getValue());
        }
        out.writeLong(optimizer.steps());
        out.writeInt(optimizer.tensors().size());
        for (Map.Entry<String, float[]> slot : optimizer.tensors().entrySet()) {
            out.writeUTF(slot.getKey());
            out.writeInt(slot.getValue().length);
            for (float value : slot.getValue()) {
                out.writeFloat(value);
            }
        }
    }

    /** @param like a state of the same learner: names and lengths must be its */
    static TorchState read(DataInput in, TorchState like) throws IOException {
        long learned = in.readLong();
        long random = in.readLong();
        SortedMap<String, byte[]> tensors = readTensors(in, like);
        long steps = in.readLong();
        require("optimizer", in.readInt(), like.optimizer().tensors().size());
        Map<String, float[]> slots = new LinkedHashMap<>();
        for (Map.Entry<String, float[]> expected : like.optimizer().tensors().entrySet()) {
            requireName(in.readUTF(), expected.getKey());
            require(expected.getKey(), in.readInt(), expected.getValue().length);
            float[] values = new float[expected.getValue().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = in.readFloat();
            }
            slots.put(expected.getKey(), values);
        }
        return new TorchState(learned, random, tensors, new Optimizer.State(steps, slots));
    }

    /** The same with the optimiser of {@code like}; what was written of another one is passed over. */
    static TorchState readWithoutOptimizer(DataInput in, TorchState like) throws IOException {
        long learned = in.readLong();
        long random = in.readLong();
        SortedMap<String, byte[]> tensors = readTensors(in, like);
        in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            in.readUTF();
            in.readFully(new byte[Math.multiplyExact(in.readInt(), Float.BYTES)]);
        }
        return new TorchState(learned, random, tensors, like.optimizer());
    }

    private static SortedMap<String, byte[]> readTensors(DataInput in, TorchState like) throws IOException {
        require("tensors", in.readInt(), like.tensors().size());
        SortedMap<String, byte[]> tensors = new TreeMap<>();
        for (Map.Entry<String, byte[]> expected : like.tensors().entrySet()) {
            requireName(in.readUTF(), expected.getKey());
            require(expected.getKey(), in.readInt(), expected.getValue().length);
            byte[] values = new byte[expected.getValue().length];
            in.readFully(values);
            tensors.put(expected.getKey(), values);
        }
        return tensors;
    }

    private static void require(String what, int given, int expected) throws StateRefused {
        if (given != expected) {
            throw new StateRefused("state: " + what + ": " + given + " (expected: " + expected + ")");
        }
    }

    private static void requireName(String given, String expected) throws StateRefused {
        if (!given.equals(expected)) {
            throw new StateRefused("state: tensor " + given + " (expected: " + expected + ")");
        }
    }
}
