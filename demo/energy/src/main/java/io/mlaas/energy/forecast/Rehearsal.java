package io.mlaas.energy.forecast;

import io.mlaas.online.Batch;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import io.mlaas.online.torch.Torch;
import io.mlaas.online.torch.TorchLearner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** A learner of windows outside the platform, with the same library: powers are scaled by {@code scale} kW to 0…1. */
public final class Rehearsal implements AutoCloseable {
    private static final Schema WINDOWS = new Schema(
            List.of(new Input.Tensor("x", List.of(Window.IN, 1))),
            new Target.Regression(IntStream.rangeClosed(1, Window.OUT)
                    .mapToObj(hour -> "power_" + hour)
                    .toList()));

    private final TorchLearner learner;
    private final double scale;
    private final int batch;
    private final int heldBackEvery;
    private final List<Window> waiting = new ArrayList<>();
    private long seen;

    private Rehearsal(TorchLearner learner, double scale, int batch, int heldBackEvery) {
        this.learner = learner;
        this.scale = scale;
        this.batch = batch;
        this.heldBackEvery = heldBackEvery;
    }

    /**
     * One that has learned nothing.
     *
     * @param configuration of the learner, as in a document for the platform
     * @param batch windows that are learned at once
     * @param heldBackEvery which windows are never learned
     */
    public static Rehearsal fresh(ObjectNode configuration, double scale, int batch, int heldBackEvery) {
        return new Rehearsal(
                new Torch(digest -> Optional.empty()).create(WINDOWS, configuration), scale, batch, heldBackEvery);
    }

    /**
     * One that begins with a trained network.
     *
     * @param configuration without a network
     * @param frozen layers that stay as they are
     */
    public static Rehearsal from(
            byte[] archive, List<String> frozen, ObjectNode configuration, double scale, int batch, int heldBackEvery) {
        ObjectNode own = configuration.deepCopy();
        own.remove("network");
        own.put("archive", sha256(archive));
        frozen.forEach(own.withArray("freeze")::add);
        return new Rehearsal(
                new Torch(digest -> Optional.of(archive)).create(WINDOWS, own), scale, batch, heldBackEvery);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Learns whole batches as soon as there are enough windows; the rest waits. */
    public void learn(List<Window> windows) {
        for (Window window : windows) {
            seen++;
            if (seen % heldBackEvery == 0) {
                continue;
            }
            waiting.add(window);
            if (waiting.size() == batch) {
                learnWaiting();
            }
        }
    }

    /** Learns what waits. */
    public void learnWaiting() {
        if (!waiting.isEmpty()) {
            learner.learn(new Batch(waiting.size(), scaled(waiting, false), scaled(waiting, true)));
            waiting.clear();
        }
    }

    /** In kW. */
    public List<double[]> predict(List<Window> windows) {
        double[] values = learner.predict(windows.size(), scaled(windows, false));
        List<double[]> forecasts = new ArrayList<>();
        for (int row = 0; row < windows.size(); row++) {
            forecasts.add(Arrays.stream(values, row * Window.OUT, (row + 1) * Window.OUT)
                    .map(value -> value * scale)
                    .toArray());
        }
        return forecasts;
    }

    private double[] scaled(List<Window> windows, boolean targets) {
        return windows.stream()
                .flatMapToDouble(window -> Arrays.stream(targets ? window.target() : window.input()))
                .map(kilowatts -> kilowatts / scale)
                .toArray();
    }

    /** The network as TorchScript. */
    public byte[] archive() {
        return learner.archive();
    }

    @Override
    public void close() {
        learner.close();
    }
}
