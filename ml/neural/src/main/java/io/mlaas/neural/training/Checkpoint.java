package io.mlaas.neural.training;

import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.ParameterSpec;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.Tensor;
import io.mlaas.neural.network.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * A training between two epochs, as bytes: weights, optimiser, schedule, the generator that shuffles, what was reported.
 * Restored, the training goes on to the very weights that it would have come to without an interruption.
 */
final class Checkpoint {
    private static final String FORMAT = "mlaas checkpoint 1";

    private Checkpoint() {}

    /** What a checkpoint holds beside the {@link TrainingState} that it restores. */
    record Restored(Weights weights, Optimizer.State optimizer) {}

    /** @param training whose checkpoint it is: a digest of network, settings and samples */
    static byte[] write(String training, TrainingState state, Weights weights, Optimizer.State optimizer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(FORMAT);
            out.writeUTF(training);
            out.writeInt(state.reports.size());
            for (EpochReport report : state.reports) {
                write(out, report);
            }
            out.writeLong(state.steps);
            out.writeDouble(state.seconds);
            out.writeDouble(state.exchangeSeconds);
            out.writeUTF(state.stopped);
            out.writeLong(state.order.state());
            out.writeInt(state.rows.length);
            ByteBuffer rows = ByteBuffer.allocate(state.rows.length * Integer.BYTES);
            rows.asIntBuffer().put(state.rows);
            out.write(rows.array());
            for (double seen : state.course.seen()) {
                out.writeDouble(seen);
            }
            BestEpoch best = state.best;
            out.writeDouble(best.loss());
            out.writeInt(best.epoch());
            out.writeInt(best.without());
            Weights kept = best.weights();
            out.writeBoolean(kept != null);
            if (kept != null) {
                write(out, kept);
            }
            write(out, weights);
            out.writeLong(optimizer.steps());
            out.writeInt(optimizer.tensors().size());
            for (Map.Entry<String, float[]> tensor : optimizer.tensors().entrySet()) {
                out.writeUTF(tensor.getKey());
                write(out, tensor.getValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, EpochReport report) throws IOException {
        out.writeInt(report.epoch());
        out.writeInt(report.epochs());
        out.writeDouble(report.loss());
        write(out, report.validationLoss());
        write(out, report.accuracy());
        out.writeDouble(report.learningRate());
        out.writeDouble(report.seconds());
    }

    private static void write(DataOutputStream out, OptionalDouble value) throws IOException {
        out.writeBoolean(value.isPresent());
        out.writeDouble(value.orElse(0));
    }

    private static void write(DataOutputStream out, Weights weights) throws IOException {
        for (Tensor tensor : weights.tensors().values()) {
            write(out, tensor.values());
        }
    }

    /** Weights alone. */
    static byte[] bytes(Weights weights) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, weights);
        } catch (IOException e) {
            throw new IllegalStateException("writing into memory", e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #bytes} wrote. */
    static Weights weights(byte[] bytes, Network network) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return weights(in, network);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }

    /** Whose checkpoint it is. @throws IOException when the bytes are no checkpoint */
    static String training(byte[] checkpoint) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(checkpoint))) {
            String format = in.readUTF();
            if (!format.equals(FORMAT)) {
                throw new IOException("format \"" + format + "\" (expected: \"" + FORMAT + "\")");
            }
            return in.readUTF();
        }
    }

    /** Puts a new state where the checkpoint's was. */
    static Restored restore(byte[] checkpoint, TrainingState state, Network network) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(checkpoint))) {
            in.readUTF();
            in.readUTF();
            int reports = in.readInt();
            state.reports.clear();
            for (int i = 0; i < reports; i++) {
                state.reports.add(report(in));
            }
            state.steps = in.readLong();
            state.seconds = in.readDouble();
            state.exchangeSeconds = in.readDouble();
            state.stopped = in.readUTF();
            state.order = new SplitMix64(in.readLong());
            int rows = in.readInt();
            if (rows != state.rows.length) {
                throw new IOException(rows + " rows (expected: " + state.rows.length + ")");
            }
            ByteBuffer.wrap(in.readNBytes(rows * Integer.BYTES)).asIntBuffer().get(state.rows);
            state.course.restore(new double[] {in.readDouble(), in.readDouble(), in.readDouble()});
            double loss = in.readDouble();
            int epoch = in.readInt();
            int without = in.readInt();
            state.best.restore(loss, epoch, without, in.readBoolean() ? weights(in, network) : null);
            Weights weights = weights(in, network);
            long steps = in.readLong();
            Map<String, float[]> tensors = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                tensors.put(in.readUTF(), floats(in));
            }
            return new Restored(weights, new Optimizer.State(steps, tensors));
        }
    }

    private static EpochReport report(DataInputStream in) throws IOException {
        return new EpochReport(
                in.readInt(),
                in.readInt(),
                in.readDouble(),
                optional(in),
                optional(in),
                in.readDouble(),
                in.readDouble());
    }

    private static OptionalDouble optional(DataInputStream in) throws IOException {
        boolean present = in.readBoolean();
        double value = in.readDouble();
        return present ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static Weights weights(DataInputStream in, Network network) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec spec : network.parameters()) {
            tensors.put(spec.name(), new Tensor(spec.shape(), floats(in)));
        }
        return new Weights(tensors);
    }

    private static float[] floats(DataInputStream in) throws IOException {
        float[] values = new float[in.readInt()];
        ByteBuffer.wrap(in.readNBytes(Math.multiplyExact(values.length, Float.BYTES)))
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
