package io.mlaas.training.job;

import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRecord.Dataset;
import io.mlaas.api.sharing.TrainingRecord.Definition;
import io.mlaas.api.sharing.TrainingRecord.Image;
import io.mlaas.api.sharing.TrainingRecord.Logs;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.RunFacts;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The facts of the run that made a result, and how the registry comes to know them. */
@Component
class RunRecords {
    private static final Logger log = LoggerFactory.getLogger(RunRecords.class);
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Registry registry;
    private final JsonMapper json;

    RunRecords(Registry registry, JsonMapper json) {
        this.registry = registry;
        this.json = json;
    }

    /** @param metrics what the program measured, as JSON */
    TrainingRecord compose(Job job, Job.Outcome result, @Nullable String metrics, Workspace workspace)
            throws IOException {
        TrainingRequested order = job.order();
        Job.LastRun run = Objects.requireNonNull(job.run());
        RunFacts facts = run.facts();
        JsonNode told = metrics == null ? json.createObjectNode() : json.readTree(metrics);
        String definition = order.definitionFile();
        return new TrainingRecord(
                job.id(),
                job.modelId(),
                job.organizationId(),
                job.runs(),
                Objects.requireNonNull(job.runner()),
                new Image(order.trainImage(), order.trainImageSha256()),
                java.util.List.of(new Dataset(order.datasetId(), order.datasetFileName(), order.datasetSha256())),
                definition == null ? null : new Definition(definition, order.definitionSha256()),
                new TreeMap<>(order.params()),
                new TreeMap<>(facts.environment()),
                seeds(order.params(), told),
                facts.threads(),
                facts.platform(),
                texts(told.path("versions")),
                logs(workspace.log()),
                new TrainingRecord.Result(result.fileName(), result.sizeBytes(), result.sha256()),
                told.isObject() && metrics != null ? json.readValue(metrics, OBJECT) : null,
                run.startedAt(),
                Objects.requireNonNullElseGet(run.endedAt(), Instant::now),
                null);
    }

    /** Those that the data scientist chose, and over them those that the program says it used. */
    private static Map<String, String> seeds(Map<String, String> parameters, JsonNode metrics) {
        Map<String, String> seeds = new TreeMap<>();
        parameters.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).contains("seed")) {
                seeds.put(name, value);
            }
        });
        if (metrics.path("seed").isValueNode()) {
            seeds.put("seed", metrics.path("seed").asString());
        }
        seeds.putAll(texts(metrics.path("seeds")));
        return seeds;
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties().forEach(member -> {
            if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                texts.put(member.getKey(), member.getValue().asString());
            }
        });
        return texts;
    }

    private static @Nullable Logs logs(Path file) throws IOException {
        return Files.exists(file) ? new Logs(Result.digestOf(file), Files.size(file)) : null;
    }

    /** May be repeated. */
    void tell(TrainingRecord record) throws StepFailure {
        try {
            registry.record(record);
        } catch (RegistryException e) {
            if (e.kind() == RegistryException.Kind.REFUSED && gone(record)) {
                log.info("model {} was deleted: nobody needs the facts of its training", record.modelId());
                return;
            }
            // its result is registered: whatever stands against the facts, the training itself is done
            throw StepFailure.ofPlatform(e.getMessage());
        }
    }

    private boolean gone(TrainingRecord record) throws StepFailure {
        try {
            return registry.isGone(record.modelId());
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        }
    }
}
