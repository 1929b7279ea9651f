package io.mlaas.training.job;

import io.mlaas.api.training.FollowingApi.TrainingProgress;
import io.mlaas.training.workspace.JobLog;
import io.mlaas.training.workspace.Progress;
import io.mlaas.training.workspace.Workspace;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job's log over HTTP: whole as text, or followed as server-sent events ({@code log}: a line; {@code status}: the job as
 * JSON, whenever it changed; {@code end}: the same, last). An event's id is a place in the log, from which a client that was
 * cut off goes on.
 */
@Component
class LogStream {
    private static final int TAIL_BYTES = 16 * 1024;
    private static final int CHUNKS = 32;
    private static final TypeReference<Map<String, Object>> METRICS = new TypeReference<>() {};

    private final JobRepository repository;
    private final JobProperties properties;
    private final Dispatcher dispatcher;
    private final JsonMapper json;

    LogStream(JobRepository repository, JobProperties properties, Dispatcher dispatcher, JsonMapper json) {
        this.repository = repository;
        this.properties = properties;
        this.dispatcher = dispatcher;
        this.json = json;
    }

    List<String> tail(Job job, int lines) {
        Path log = file(job);
        String kept = job.logTail();
        try {
            if (kept == null || Files.exists(log)) {
                return JobLog.tail(log, lines, TAIL_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> all = kept.lines().toList();
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    void text(Job job, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        Path log = file(job);
        String kept = job.logTail();
        if (Files.exists(log)) {
            Files.copy(log, response.getOutputStream());
        } else if (kept != null) {
            response.getOutputStream().write((kept + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** What the program told of itself from that place on, in the order in which it did. */
    TrainingProgress told(Job job, long from) throws IOException {
        Path file = file(job);
        List<String> told = new ArrayList<>();
        JobLog log = new JobLog(file, from);
        boolean whole = false;
        for (int chunk = 0; chunk < CHUNKS && !whole; chunk++) {
            List<String> lines = log.next();
            whole = lines.isEmpty();
            lines.forEach(line -> tell(line, told));
        }
        if (whole && job.state().ended()) {
            String kept = job.logTail();
            List<String> last = Files.exists(file) || kept == null
                    ? log.rest()
                    : kept.lines().toList();
            last.forEach(line -> tell(line, told));
        }
        String metrics = job.metrics();
        return new TrainingProgress(
                job.id(),
                job.state().name(),
                job.reason(),
                told,
                log.position(),
                whole && job.state().ended(),
                metrics == null || !metrics.startsWith("{") ? null : json.readValue(metrics, METRICS));
    }

    private static void tell(String line, List<String> told) {
        if (line.startsWith(Progress.MARK)) {
            told.add(line.substring(Progress.MARK.length()));
        }
    }

    void follow(Job first, @Nullable Long from, HttpServletResponse response) throws IOException, InterruptedException {
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        // proxies that would gather the events are asked not to
        response.setHeader("X-Accel-Buffering", "no");
        OutputStream out = response.getOutputStream();
        JobLog log = new JobLog(file(first), from == null ? 0 : from);
        String told = "";
        Instant silentSince = Instant.now();
        while (dispatcher.isRunning()) {
            // asked before the log is read: what was written before the end is sent before the end
            Job job = repository.find(first.id()).orElseThrow();
            boolean sent = false;
            for (List<String> lines = log.next(); !lines.isEmpty(); lines = log.next()) {
                send(out, lines, log.position());
                sent = true;
            }
            String status = json.writeValueAsString(job.toApi(null));
            if (job.state().ended()) {
                String kept = job.logTail();
                send(
                        out,
                        Files.exists(file(job)) || kept == null
                                ? log.rest()
                                : kept.lines().toList(),
                        log.position());
                event(out, "end", status, log.position());
                out.flush();
                return;
            }
            if (!status.equals(told)) {
                event(out, "status", status, log.position());
                told = status;
                sent = true;
            }
            if (sent) {
                silentSince = Instant.now();
                out.flush();
            } else if (silentSince.plus(properties.heartbeat()).isBefore(Instant.now())) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                silentSince = Instant.now();
            }
            Thread.sleep(properties.pollInterval());
        }
    }

    private static void send(OutputStream out, List<String> lines, long position) throws IOException {
        for (String line : lines) {
            event(out, "log", line, line.equals(lines.getLast()) ? position : -1);
        }
    }

    private static void event(OutputStream out, String name, String data, long position) throws IOException {
        String id = position < 0 ? "" : "id: " + position + "\n";
        String event = "event: " + name + "\n" + id + "data: " + data + "\n\n";
        out.write(event.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(Job job) {
        return Workspace.of(properties.workDirectory(), job.id()).log();
    }
}
