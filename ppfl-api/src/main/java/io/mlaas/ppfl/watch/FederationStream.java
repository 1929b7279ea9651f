package io.mlaas.ppfl.watch;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationRound;
import io.mlaas.ppfl.federation.Federations;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * A federation as server-sent events: {@code federation} (all but the rounds, whenever it changed), {@code round} (one that
 * is over; its id is how many were told) and {@code end}. A reader that was cut off goes on after {@code Last-Event-ID}.
 */
@Component
class FederationStream implements SmartLifecycle {
    private final Federations federations;
    private final FederationProgress progress;
    private final Viewing viewing;
    private final WatchProperties properties;
    private final JsonMapper json;
    private final Semaphore room;
    private volatile boolean running;

    FederationStream(
            Federations federations,
            FederationProgress progress,
            Viewing viewing,
            WatchProperties properties,
            JsonMapper json) {
        this.federations = federations;
        this.progress = progress;
        this.viewing = viewing;
        this.properties = properties;
        this.json = json;
        this.room = new Semaphore(properties.most());
    }

    /** Somebody who watches. */
    record Viewer(Optional<Caller> caller, @Nullable String secret) {}

    /** @return false if too many watch already; then nothing was answered */
    boolean follow(UUID id, Viewer viewer, int told, HttpServletResponse response)
            throws IOException, InterruptedException {
        if (!room.tryAcquire()) {
            return false;
        }
        try {
            response.setContentType("text/event-stream;charset=UTF-8");
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            // proxies that would gather the events are asked not to
            response.setHeader("X-Accel-Buffering", "no");
            tell(id, viewer, told, response.getOutputStream());
            return true;
        } finally {
            room.release();
        }
    }

    private void tell(UUID id, Viewer viewer, int told, OutputStream out) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long silentSince = begun;
        String shown = "";
        int next = told;
        while (running
                && System.nanoTime() - begun < properties.longest().toNanos()
                && viewing.still(id, viewer.caller(), viewer.secret())) {
            // asked before the rounds are read: those that were over before the end are told before it
            Federation federation = federations.find(id).orElseThrow();
            List<FederationRound> rounds = progress.rounds(id);
            String picture = json.writeValueAsString(Picture.of(federation, rounds, progress.clients(id)));
            boolean news = !picture.equals(shown);
            if (news) {
                event(out, "federation", picture, -1);
                shown = picture;
            }
            for (; next < rounds.size(); next++) {
                event(out, "round", json.writeValueAsString(rounds.get(next)), next + 1);
                news = true;
            }
            if (federation.state().isOver()) {
                event(out, "end", picture, next);
                out.flush();
                return;
            }
            if (news) {
                silentSince = System.nanoTime();
                out.flush();
            } else if (System.nanoTime() - silentSince > properties.heartbeat().toNanos()) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                silentSince = System.nanoTime();
            }
            Thread.sleep(properties.poll());
        }
    }

    private static void event(OutputStream out, String name, String data, int told) throws IOException {
        String id = told < 0 ? "" : "id: " + told + "\n";
        out.write(("event: " + name + "\n" + id + "data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void start() {
        running = true;
    }

    /** Streams end soon; their readers come back to whoever runs then. */
    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server, which waits for requests that are under way. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
