package io.mlaas.ppfl.trainer;

import io.mlaas.federated.plan.Plan;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.network.NetworkDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Everything that was measured; times and versions stand here so that the model's bytes hold none. */
final class MetricsFile {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** A report names its clients where people can read them all. */
    private static final int MOST_CLIENTS_NAMED = 1000;

    private final Plan plan;
    private final FederationData data;
    private final Draws draws;

    MetricsFile(Plan plan, FederationData data, Draws draws) {
        this.plan = plan;
        this.data = data;
        this.draws = draws;
    }

    /** What a training of one machine does not have. An ε that nothing bounds is left out and said. */
    Map<String, Object> federated(Learned learned) {
        Map<String, Object> federated = new LinkedHashMap<>();
        federated.put("engine", plan.toJson().get("engine").stringValue());
        federated.put("rounds", learned.rounds().size());
        federated.put("clients_total", data.clients().size());
        var spent = learned.spent();
        federated.put("accounted", spent.bounded());
        if (spent.bounded()) {
            federated.put("epsilon", spent.epsilon());
            federated.put("delta", spent.delta());
            federated.put("epsilon_planned", plan.privacyCost().epsilon());
            federated.put("accountant", spent.accountant());
        }
        federated.put("explanation", spent.explanation());
        if (spent.bounded() && draws.repeatable()) {
            federated.put(
                    "warning",
                    "The plan has a seed: whoever knows it can take the noise away. Leave it out for privacy.");
        }
        if (plan.noiseMultiplier() > 0) {
            federated.put("noise_multiplier", plan.noiseMultiplier());
        }
        federated.putAll(learned.more());
        federated.put("plan_sha256", plan.sha256());
        federated.put(
                "clients",
                data.clients().stream()
                        .limit(MOST_CLIENTS_NAMED)
                        .map(client -> Map.of(
                                "name",
                                client.name(),
                                "samples",
                                client.samples().count()))
                        .toList());
        return federated;
    }

    void write(
            Path file,
            JobInput input,
            Path model,
            Map<String, Object> heldOut,
            Map<String, Object> federated,
            List<Map<String, Object>> rounds,
            Map<String, Double> times)
            throws IOException {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("format", 1);
        metrics.put(
                "task", data.samples().targets() instanceof Samples.Targets.Classes ? "classification" : "regression");
        metrics.put("held_out", heldOut);
        metrics.put("held_out_rows", data.test());
        metrics.put(
                "train_samples",
                data.clients().stream().mapToLong(c -> c.samples().count()).sum());
        metrics.put("federated", federated);
        metrics.put("epochs", rounds);
        metrics.put("settings", plan.toJson());
        metrics.put("seed", plan.seed());
        metrics.put("network", network());
        metrics.put("dataset", dataset(input.dataset()));
        Map<String, Object> trained = new LinkedHashMap<>();
        trained.put("file", "model.pt");
        trained.put("size_bytes", Files.size(model));
        trained.put("sha256", digest(Files.newInputStream(model)));
        metrics.put("model", trained);
        Map<String, Object> versions = new LinkedHashMap<>(PyTorch.versions());
        versions.put("java", System.getProperty("java.vm.version"));
        metrics.put("versions", versions);
        metrics.put("arithmetic", PyTorch.arithmetic());
        metrics.put("times", times);
        Files.writeString(file, JSON.writeValueAsString(metrics) + "\n");
    }

    private Map<String, Object> network() {
        NetworkDescription description = plan.model().description();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", description.name());
        fields.put("sha256", description.sha256());
        fields.put("input", data.network().input().sizes());
        fields.put("output", data.network().output().sizes());
        fields.put(
                "parameters",
                data.network().parameters().stream()
                        .filter(p -> !p.buffer())
                        .mapToLong(p -> p.shape().elements())
                        .sum());
        return fields;
    }

    private Map<String, Object> dataset(@Nullable Path file) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", file == null ? "digits.csv" : String.valueOf(file.getFileName()));
        fields.put("built_in", file == null);
        fields.put("sha256", digest(file == null ? FederationData.digits() : Files.newInputStream(file)));
        fields.put("samples", data.samples().count());
        if (data.samples().targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names)) {
            int[] counts = new int[names.size()];
            for (int label : labels) {
                counts[label]++;
            }
            fields.put("classes", names);
            fields.put("class_samples", counts);
        }
        return fields;
    }

    private static String digest(InputStream content) throws IOException {
        try (DigestInputStream in = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
