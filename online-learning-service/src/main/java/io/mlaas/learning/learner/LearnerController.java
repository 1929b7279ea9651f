package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.learning.mqtt.MqttProperties;
import io.mlaas.learning.stream.Following;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/learners")
@Tag(name = "learners")
class LearnerController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int MOST = 200;
    private static final String EXAMPLE = """
            {"name": "pump-7", "algorithm": "linear_regression",
             "schema": {"inputs": [{"name": "pressure", "type": "numeric"}, {"name": "valve", "type": "nominal", "values": ["open", "shut"]}],
                        "target": {"type": "regression", "outputs": ["flow"]}},
             "update": {"validation_share": 0.1, "validation_window": 200, "min_gain": 0.01, "on_regression": "rollback"}}
            """;

    private final Learners learners;
    private final LearnerRepository repository;
    private final Backends backends;
    private final CheckpointRepository checkpoints;
    private final DeadLetterRepository deadLetters;
    private final BehindRepository behind;
    private final MqttProperties broker;
    private final Following following;

    LearnerController(
            Learners learners,
            LearnerRepository repository,
            Backends backends,
            CheckpointRepository checkpoints,
            DeadLetterRepository deadLetters,
            BehindRepository behind,
            MqttProperties broker,
            Following following) {
        this.learners = learners;
        this.repository = repository;
        this.backends = backends;
        this.checkpoints = checkpoints;
        this.deadLetters = deadLetters;
        this.behind = behind;
        this.broker = broker;
        this.following = following;
    }

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page<T>(List<T> items, @Nullable String nextCursor) {}

    @PostMapping
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a learner",
            description =
                    "The whole document is looked at before anything is made; what is wrong is named by its JSON path.")
    ResponseEntity<LearnerView> make(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = "object"), examples = @ExampleObject(EXAMPLE)))
                    @RequestBody
                    JsonNode json,
            Caller caller) {
        LearnerDocument document = refusing(() -> callable(LearnerDocument.parse(
                json, backends.of(caller.organizationId()), backends.modelsFor(caller.organizationId()))));
        requireBroker(document);
        UUID id = UUID.randomUUID();
        if (!repository.insert(id, document, caller)) {
            throw LearnerProblem.LEARNER_EXISTS.because("name: " + document.name() + " is taken");
        }
        Audit.about(id);
        following.look();
        return ResponseEntity.created(URI.create("/learners/" + document.name()))
                .body(LearnerView.of(learners.find(document.name(), caller), null, null));
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's learners, by name")
    Page<LearnerView> list(
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            Caller caller) {
        requireLimit(limit);
        if (cursor != null && !LearnerDocument.isName(cursor)) {
            throw LearnerProblem.LEARNER_REFUSED.because(
                    "cursor: " + cursor + " (expected: the next_cursor of a page)");
        }
        List<LearnerView> found = repository.list(caller.organizationId(), cursor, limit + 1).stream()
                .map(this::view)
                .toList();
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, limit), found.get(limit - 1).name());
    }

    @GetMapping("/{name}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "A learner, and how far it is")
    LearnerView read(@PathVariable("name") String name, Caller caller) {
        return view(learners.find(name, caller));
    }

    @PatchMapping("/{name}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            summary = "Pause or resume a learner, or have it learn by other rules",
            description =
                    "Takes \"state\" (RUNNING or PAUSED), \"update\", \"sources\", \"publish\" and \"monitoring\" (each whole; what update does"
                            + " not say of learning_rate, epochs and frozen_layers stays). It holds from here on in the"
                            + " order of what the learner is sent; what it learned stays. A learner that is FAILED is"
                            + " tried again at once.")
    LearnerView change(
            @PathVariable("name") String name,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema = @Schema(type = "object"),
                                            examples = @ExampleObject("{\"state\": \"PAUSED\"}")))
                    @RequestBody
                    JsonNode json,
            Caller caller) {
        StoredLearner learner = learners.find(name, caller);
        Audit.about(learner.id());
        learners.change(learner, now -> refusing(() -> change(now, json, learner.organizationId())));
        following.look();
        return view(learners.find(name, caller));
    }

    private void requireBroker(LearnerDocument document) {
        if (document.streams().usesMqtt() && !broker.present()) {
            throw LearnerProblem.MQTT_MISSING.because(
                    "type: mqtt (expected: kafka, since this installation has no MQTT broker)");
        }
    }

    private LearnerDocument callable(LearnerDocument document) {
        learners.requireCallable(document);
        return document;
    }

    private Change change(Change now, JsonNode json, UUID organizationId) {
        ConfigurationFields fields = new ConfigurationFields(json, "$");
        JsonNode state = fields.raw("state");
        LearnerDocument document = callable(now.document().changed(fields, backends.of(organizationId)));
        fields.done();
        LearnerState wanted = now.state();
        if (state != null) {
            if (!state.asString().equals("RUNNING") && !state.asString().equals("PAUSED")) {
                throw fields.refused("state", state, "RUNNING or PAUSED");
            }
            wanted = LearnerState.valueOf(state.asString());
        }
        requireBroker(document);
        return new Change(document, wanted);
    }

    @DeleteMapping("/{name}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a learner with all that it learned")
    void delete(@PathVariable("name") String name, Caller caller) {
        StoredLearner learner = learners.find(name, caller);
        Audit.about(learner.id());
        repository.delete(learner.id());
        checkpoints.delete(learner.id());
        learners.forget(learner.id());
        following.look();
        learners.learn(new LogEntry.Deleted(learner.id(), UUID.randomUUID()));
    }

    @GetMapping("/{name}/snapshots")
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "Each comparison of a learner with the model that it had stored, the latest first",
            description =
                    "TAKEN: better by min_gain, and stored. KEPT: it was not. ROLLED_BACK: it was worse, and is the"
                            + " stored model again.")
    Page<Snapshot> snapshots(
            @PathVariable("name") String name,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable Long cursor,
            Caller caller) {
        requireLimit(limit);
        List<Snapshot> found = checkpoints.snapshots(learners.find(name, caller).id(), cursor, limit + 1);
        return found.size() <= limit
                ? new Page<>(found, null)
                : new Page<>(
                        found.subList(0, limit),
                        String.valueOf(found.get(limit - 1).number()));
    }

    /** The latest of them; all are in a Kafka topic. */
    record DeadLetters(List<DeadLetterRepository.View> items) {}

    @GetMapping("/{name}/dead-letters")
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "The latest messages that a learner could not use, and why, the latest first",
            description = "As of its last checkpoint, up to 100. Payloads are base64, of long ones the first 64 KiB.")
    DeadLetters deadLetters(
            @PathVariable("name") String name,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            Caller caller) {
        requireLimit(limit);
        return new DeadLetters(deadLetters.latest(learners.find(name, caller).id(), limit));
    }

    private LearnerView view(StoredLearner learner) {
        return LearnerView.of(
                learner,
                checkpoints.standing(learner.id()).orElse(null),
                behind.find(learner.id()).orElse(null));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw LearnerProblem.LEARNER_REFUSED.because("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
    }

    private static <T> T refusing(Supplier<T> parsed) {
        try {
            return parsed.get();
        } catch (ConfigurationRefused refused) {
            throw LearnerProblem.LEARNER_REFUSED.because(String.valueOf(refused.getMessage()));
        }
    }
}
