package io.mlaas.provenance.card;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model and may be told to whom it is for. What is null or empty is either not known or
 * {@linkplain #withheld withheld}.
 *
 * @param revision counts the changes of what is told, from 1
 * @param name as its company calls it; null for one that was not given any
 * @param version of the name
 * @param tags of the label: {@code task}, {@code license} and {@code language} are understood
 * @param origin {@code TRAINED}, {@code IMPORTED}, {@code TRANSLATED} or {@code LEARNED}
 * @param format of the file, such as {@code torchscript} or {@code onnx}
 * @param owner the organization whose it is
 * @param artifact the model's file
 * @param definition what describes its architecture
 * @param image in which it was trained
 * @param source the model that it was translated from, or that its learner began with
 * @param parameters initial conditions of the training: hyper-parameters, seeds
 * @param environment in which it was trained: operating system, processor, runner
 * @param libraries versions by name; of Java {@code group:artifact}
 * @param metrics that the training reported
 * @param completedAt when the training ended, or the model was registered
 * @param reproductions verdicts so far
 * @param withheld names of facts that exist and are not told
 */
public record ModelFacts(
        UUID id,
        int revision,
        @Nullable String name,
        @Nullable Integer version,
        @Nullable String description,
        Map<String, String> tags,
        String origin,
        @Nullable String format,
        UUID owner,
        File artifact,
        @Nullable File definition,
        @Nullable Image image,
        List<Dataset> datasets,
        @Nullable UUID source,
        Map<String, String> parameters,
        Map<String, String> environment,
        Map<String, String> libraries,
        Map<String, String> metrics,
        Instant completedAt,
        Reproductions reproductions,
        List<String> withheld) {

    public ModelFacts {
        if (revision < 1) {
            throw new IllegalArgumentException("revision: " + revision + " (expected: >= 1)");
        }
        tags = sorted(tags);
        datasets = List.copyOf(datasets);
        parameters = sorted(parameters);
        environment = sorted(environment);
        libraries = sorted(libraries);
        metrics = sorted(metrics);
        withheld = withheld.stream().sorted().toList();
    }

    /** @param name null if only the digest is told */
    public record File(
            @Nullable String name,
            @Nullable Long sizeBytes,
            @Nullable String sha256) {}

    public record Image(
            @Nullable String reference, @Nullable String sha256) {}

    /** @param id null if only the digest is told */
    public record Dataset(
            @Nullable UUID id,
            @Nullable String fileName,
            @Nullable String sha256) {}

    /** @param tried how often the training was repeated to compare */
    public record Reproductions(int tried, int reproduced) {
        public static final Reproductions NONE = new Reproductions(0, 0);

        public Reproductions {
            if (reproduced < 0 || tried < reproduced) {
                throw new IllegalArgumentException(
                        "reproduced: " + reproduced + " of " + tried + " (expected: 0 to " + tried + ")");
            }
        }
    }

    /** What to call it: its name, or what its id begins with. */
    public String title() {
        String base = name == null ? "model-" + id.toString().substring(0, 8) : name;
        return version == null ? base : base + " " + version;
    }

    /** What whoever uses the model should know of how far its provenance goes. */
    public List<String> limitations() {
        List<String> limitations = new ArrayList<>();
        switch (origin) {
            case "IMPORTED" ->
                limitations.add("The model was trained elsewhere and imported: its training was not witnessed.");
            case "TRANSLATED" ->
                limitations.add("The model was translated from another one; its certificate says how both compare.");
            case "LEARNED" ->
                limitations.add("The model is a snapshot of a learner that goes on learning from what it is sent.");
            default -> limitations.addAll(ofReproduction());
        }
        if (!withheld.isEmpty()) {
            limitations.add("Facts that its owner does not disclose: " + withheld.size() + ".");
        }
        return List.copyOf(limitations);
    }

    private List<String> ofReproduction() {
        if (reproductions.tried() == 0) {
            return List.of("Nobody has repeated the training yet to see whether it gives the same model.");
        }
        int others = reproductions.tried() - reproductions.reproduced();
        return others == 0
                ? List.of()
                : List.of("The training was repeated %d times and gave another model %d times."
                        .formatted(reproductions.tried(), others));
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
