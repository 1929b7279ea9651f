package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.audit.ChangesNothing;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.interval.Intervals;
import io.mlaas.learning.log.LogEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What learners are sent and answer: the platform's own paths, and version 1 of KServe's inference protocol. */
@RestController
@Tag(name = "predictions")
class RowsController {
    private static final String MAY_ASK = "hasAnyRole('DATA_SCIENTIST', 'DEVICE')";

    private final Learners learners;
    private final CheckpointRepository checkpoints;
    private final LimitedBody bodies;
    private final JsonMapper json;

    RowsController(Learners learners, CheckpointRepository checkpoints, LimitedBody bodies, JsonMapper json) {
        this.learners = learners;
        this.checkpoints = checkpoints;
        this.bodies = bodies;
        this.json = json;
    }

    /**
     * What became of an update.
     *
     * @param state LEARNED, or STORED: durable, and learned in its turn
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Update(String state, int rows, @Nullable Progress progress) {}

    @PostMapping(path = "/learners/{name}/update", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_ASK)
    @Operation(
            summary = "Have a learner learn rows",
            description = "All of them or none: 200 when they are learned, 202 when they are stored and learned later.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(type = "object"),
                            examples =
                                    @ExampleObject(
                                            "{\"instances\": [[1.5, \"open\"], [2, \"shut\"]], \"targets\": [3.1, 0]}")))
    ResponseEntity<Update> update(@PathVariable("name") String name, HttpServletRequest request, Caller caller)
            throws IOException {
        StoredLearner learner = learners.find(name, caller);
        JsonNode body = bodies.readJson(request);
        return answer(body.path("instances").size(), learners.update(learner, body));
    }

    static ResponseEntity<Update> answer(int rows, Optional<Progress> progress) {
        return progress.map(learned -> ResponseEntity.ok(new Update("LEARNED", rows, learned)))
                .orElseGet(() -> ResponseEntity.accepted().body(new Update("STORED", rows, null)));
    }

    @PostMapping("/learners/{name}/messages")
    @PreAuthorize(MAY_ASK)
    @Operation(
            summary = "Send a learner a message of a device, as it is",
            description =
                    "Its transformer says what is read from it. 200 when that is done, 202 when it is stored and done"
                            + " later. What a transformer cannot use is counted as rejected.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.ALL_VALUE, schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<Update> receive(
            @PathVariable("name") String name,
            @RequestParam("source") String source,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        StoredLearner learner = learners.find(name, caller);
        return learners.receive(learner, source, bodies.read(request))
                .map(progress -> ResponseEntity.ok(new Update("LEARNED", 0, progress)))
                .orElseGet(() -> ResponseEntity.accepted().body(new Update("STORED", 0, null)));
    }

    /**
     * What a learner answers.
     *
     * @param predictions of each row a number, a list of numbers, or a label and the probability of each class
     * @param intervals around them, where its document wants them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(List<Object> predictions, @Nullable Intervals intervals) {

        static Answer of(Learners.Answered predicted) {
            return new Answer(predicted.predictions().toApi(), predicted.intervals());
        }
    }

    @ChangesNothing
    @PostMapping(path = "/learners/{name}/predict", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_ASK)
    @Operation(
            summary = "Ask a learner",
            description = "Of an empty list of instances the answer is what was predicted last. The header ce-id of the"
                    + " answer names the prediction, whose row i is ce-id#i; a request may say it. event_time and segments"
                    + " (names and texts, such as a device) of the request go into the prediction's event.")
    @BodyOfInstances
    ResponseEntity<Answer> predict(
            @PathVariable("name") String name,
            @RequestHeader(name = Asking.HEADER, required = false) @Nullable String id,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        StoredLearner learner = learners.findToAsk(name, caller);
        JsonNode asked = bodies.readJson(request);
        JsonNode instances = asked.path("instances");
        Optional<String> answer =
                instances.isArray() && instances.isEmpty() ? learners.answer(learner) : Optional.empty();
        Asking asking = Asking.of(caller, id);
        return ResponseEntity.ok()
                .header(Asking.HEADER, asking.id())
                .body(answer.map(latest -> json.readValue(latest, Answer.class))
                        .orElseGet(() -> Answer.of(learners.predict(learner, asked, asking))));
    }

    @PostMapping("/learners/{name}/rollback")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(summary = "Have a learner be the model again that it stored last")
    ResponseEntity<Update> rollBack(@PathVariable("name") String name, Caller caller) {
        StoredLearner learner = learners.find(name, caller);
        if (!checkpoints.hasStored(learner.id())) {
            throw LearnerProblem.NOTHING_STORED.because(name + " has no snapshot that was TAKEN");
        }
        return learners.learn(new LogEntry.Rollback(learner.id(), UUID.randomUUID()))
                .map(progress -> ResponseEntity.ok(new Update("LEARNED", 0, progress)))
                .orElseGet(() -> ResponseEntity.status(HttpStatus.ACCEPTED).body(new Update("STORED", 0, null)));
    }

    /** A model in version 1 of KServe's protocol. */
    record KServeModel(String name, boolean ready) {}

    @GetMapping("/v1/models/{name:[^:]+}")
    @PreAuthorize(MAY_ASK)
    @Operation(summary = "Whether a learner answers (KServe, version 1)")
    KServeModel ready(@PathVariable("name") String name, Caller caller) {
        return new KServeModel(learners.find(name, caller).name(), true);
    }

    @ChangesNothing
    @PostMapping(path = "/v1/models/{name}:predict", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_ASK)
    @Operation(summary = "Ask a learner (KServe, version 1): labels or numbers")
    @BodyOfInstances
    ResponseEntity<Answer> kServe(
            @PathVariable("name") String name,
            @RequestHeader(name = Asking.HEADER, required = false) @Nullable String id,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        StoredLearner learner = learners.findToAsk(name, caller);
        Asking asking = Asking.of(caller, id);
        Predictions predictions =
                learners.predict(learner, bodies.readJson(request), asking).predictions();
        return ResponseEntity.ok()
                .header(Asking.HEADER, asking.id())
                .body(new Answer(predictions.labelsOrNumbers(), null));
    }
}
