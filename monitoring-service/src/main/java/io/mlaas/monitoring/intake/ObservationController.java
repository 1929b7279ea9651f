package io.mlaas.monitoring.intake;

import io.mlaas.kit.json.JsonPlace;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorProblem;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.monitor.Monitors;
import io.mlaas.monitoring.rows.JsonTape;
import io.mlaas.monitoring.rows.LabelReader;
import io.mlaas.monitoring.rows.RowsRefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;

/** Predictions and labels that come over REST. */
@RestController
@RequestMapping("/monitors/{id}")
@Tag(name = "observations")
class ObservationController {
    private static final String MAY_SEND = "hasAnyRole('DATA_SCIENTIST', 'DEVICE')";
    private static final int LONGEST_ID = 500;

    private final Monitors monitors;
    private final IntakeRepository repository;
    private final MonitoringProperties properties;
    private final Clock clock;

    ObservationController(
            Monitors monitors, IntakeRepository repository, MonitoringProperties properties, Clock clock) {
        this.monitors = monitors;
        this.repository = repository;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * What was taken.
     *
     * @param id of the event: row i is named {@code id#i} in feedback
     */
    record Taken(String id, int rows) {}

    /** How many labels were taken. */
    record TakenLabels(int labels) {}

    @PostMapping(path = "/observe", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_SEND)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Send a monitor a batch of predictions",
            description =
                    "All of it or nothing. With an id and an event_time of your own the same batch may be sent again:"
                            + " rows are counted once. Targets may come with it, or later as feedback.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(type = "object"),
                            examples =
                                    @ExampleObject(
                                            "{\"id\": \"batch-1\", \"event_time\": \"2026-03-01T12:00:00Z\", \"device\": \"pump-7\","
                                                    + " \"instances\": [[1.5, \"open\"], [2, \"shut\"]], \"predictions\": [3.1, 0.2]}")))
    Taken observe(@PathVariable("id") UUID id, HttpServletRequest request, Caller caller) throws IOException {
        Monitor monitor = monitors.findRunning(id, caller);
        JsonTape body = body(request);
        String event = body.text(body.field(JsonTape.ROOT, "id"));
        if (event.isEmpty()) {
            event = UUID.randomUUID().toString();
        }
        Batch batch = new Batch(clock);
        try {
            if (event.length() > LONGEST_ID) {
                throw new RowsRefusedException("$.id", event, "at most " + LONGEST_ID + " characters");
            }
            int rows = batch.observe(monitor, body, JsonTape.ROOT, event, micros(body), "$");
            repository.write(batch, Map.of(), () -> {});
            return new Taken(event, rows);
        } catch (RowsRefusedException e) {
            throw MonitorProblem.OBSERVATION_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
    }

    @PostMapping(path = "/feedback", consumes = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(MAY_SEND)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Tell a monitor what turned out to be true",
            description =
                    "Labels may come before their predictions, late, and again. Of two for one row the one that was"
                            + " found out later (at) counts, of two at one time the greater one.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(type = "object"),
                            examples = @ExampleObject("{\"labels\": [{\"id\": \"batch-1#0\", \"target\": 3.0}]}")))
    TakenLabels feedback(@PathVariable("id") UUID id, HttpServletRequest request, Caller caller) throws IOException {
        Monitor monitor = monitors.findRunning(id, caller);
        JsonTape body = body(request);
        Batch batch = new Batch(clock);
        try {
            int labels = batch.label(monitor, body, JsonTape.ROOT, now(), "$");
            repository.write(batch, Map.of(), () -> {});
            return new TakenLabels(labels);
        } catch (RowsRefusedException e) {
            throw MonitorProblem.OBSERVATION_REFUSED.because(String.valueOf(e.getMessage()), e);
        }
    }

    private long micros(JsonTape body) {
        int time = body.field(JsonTape.ROOT, "event_time");
        return body.isAbsent(time) ? now() : LabelReader.micros(body, time, "$.event_time");
    }

    private long now() {
        return clock.millis() * 1000;
    }

    private JsonTape body(HttpServletRequest request) throws IOException {
        int most = Math.toIntExact(properties.requestSize().toBytes());
        byte[] bytes;
        try (InputStream in = request.getInputStream()) {
            bytes = in.readNBytes(most + 1);
        }
        if (bytes.length > most) {
            throw MonitorProblem.OBSERVATION_TOO_LARGE.because("the request has more than " + most + " bytes");
        }
        JsonTape body = new JsonTape();
        try {
            body.read(bytes);
        } catch (JacksonException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("the body: " + JsonPlace.of(e), e);
        }
        if (!body.isObject(JsonTape.ROOT)) {
            throw MonitorProblem.OBSERVATION_REFUSED.because("$: no object (expected: a JSON object)");
        }
        return body;
    }
}
