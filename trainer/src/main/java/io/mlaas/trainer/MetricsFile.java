package io.mlaas.trainer;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.training.EpochReport;
import io.mlaas.neural.training.TrainingResult;
import io.mlaas.neural.training.TrainingSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Everything that a training measured; times and versions stand here so that the model's bytes hold none. */
final class MetricsFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final NetworkDescription description;
    private final Network network;
    private final TrainingSettings settings;
    private final Samples samples;
    private final TrainingResult result;
    private final int workers;

    MetricsFile(
            NetworkDescription description,
            Network network,
            TrainingSettings settings,
            Samples samples,
            TrainingResult result,
            int workers) {
        this.description = description;
        this.network = network;
        this.settings = settings;
        this.samples = samples;
        this.result = result;
        this.workers = workers;
    }

    static long parameterCount(Network network) {
        return network.parameters().stream()
                .filter(p -> !p.buffer())
                .mapToLong(p -> p.shape().elements())
                .sum();
    }

    void write(
            Path file, JobInput input, Path model, Map<String, Object> heldOut, double readSeconds, double totalSeconds)
            throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("format", 1);
        metrics.put("task", samples.targets() instanceof Samples.Targets.Classes ? "classification" : "regression");
        metrics.put("held_out", heldOut);
        metrics.put("held_out_loss", result.split().test().length == 0 ? null : result.heldOutLoss());
        metrics.put("held_out_rows", result.split().test());
        metrics.put("validation_rows", result.split().validation());
        metrics.put("train_samples", result.split().train().length);
        metrics.put("best_epoch", result.best());
        metrics.put("stopped", result.stopped());
        metrics.put("epochs", result.epochs().stream().map(MetricsFile::epoch).toList());
        metrics.put("settings", settings());
        metrics.put("seed", settings.seed());
        metrics.put("network", network());
        metrics.put("dataset", dataset(input.dataset()));
        Map<String, Object> trained = new LinkedHashMap<>();
        trained.put("file", "model.pt");
        trained.put("size_bytes", Files.size(model));
        trained.put("sha256", digest(model));
        metrics.put("model", trained);
        Map<String, Object> versions = new LinkedHashMap<>(PyTorch.versions());
        versions.put("java", System.getProperty("java.vm.version"));
        metrics.put("versions", versions);
        metrics.put("arithmetic", PyTorch.arithmetic());
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("read_seconds", readSeconds);
        times.put("training_seconds", result.trainingSeconds());
        times.put("total_seconds", totalSeconds);
        times.put("exchange_seconds", result.exchangeSeconds());
        times.put("steps", result.steps());
        times.put("steps_per_second", result.steps() / result.trainingSeconds());
        metrics.put("times", times);
        Files.writeString(file, JSON.writeValueAsString(metrics) + "\n");
    }

    /** The last line for the platform. */
    Map<String, Object> summary(Map<String, Object> heldOut) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("done", true);
        summary.put("samples_held_out", result.split().test().length);
        heldOut.forEach((name, value) -> {
            if (value instanceof Double) {
                summary.put(name, value);
            }
        });
        return summary;
    }

    private static Map<String, Object> epoch(EpochReport report) {
        Map<String, Object> epoch = new LinkedHashMap<>();
        epoch.put("epoch", report.epoch());
        epoch.put("loss", report.loss());
        report.validationLoss().ifPresent(value -> epoch.put("validation_loss", value));
        report.accuracy().ifPresent(value -> epoch.put("accuracy", value));
        epoch.put("learning_rate", report.learningRate());
        epoch.put("seconds", report.seconds());
        return epoch;
    }

    private Map<String, Object> settings() {
        Map<String, Object> used = new LinkedHashMap<>();
        used.put("loss", result.loss().name().toLowerCase(Locale.ROOT));
        used.put("optimizer", settings.optimizer().type());
        used.put("optimizer_constants", settings.optimizer());
        used.put("schedule", settings.schedule());
        used.put("batch", settings.batch());
        used.put("workers", workers);
        used.put("epochs", settings.epochs());
        used.put("split", settings.split());
        return used;
    }

    private Map<String, Object> network() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", description.name());
        fields.put("sha256", description.sha256());
        fields.put("input", network.input().sizes());
        fields.put("output", network.output().sizes());
        fields.put("parameters", parameterCount(network));
        return fields;
    }

    private Map<String, Object> dataset(Path file) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", String.valueOf(file.getFileName()));
        fields.put("sha256", digest(file));
        fields.put("samples", samples.count());
        if (samples.targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names)) {
            int[] counts = new int[names.size()];
            for (int label : labels) {
                counts[label]++;
            }
            fields.put("classes", names);
            fields.put("class_samples", counts);
        }
        return fields;
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[1 << 16];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                sha256.update(chunk, 0, count);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
