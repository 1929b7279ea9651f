package io.mlaas.ppfl.server;

import io.mlaas.kit.work.Rounds;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationMode;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Notice;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Moves real federations on, whenever a client says something and every now and then: from what is committed to the next
 * commit. None waits for another one's aggregation.
 */
@Component
class RunDriver implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(RunDriver.class);
    private static final Duration FAREWELL = Duration.ofSeconds(20);
    private static final String SHUT = "the federation's company has shut its door (/nvoverser/ start opens it)";

    private final Federations federations;
    private final Gathering gathering;
    private final Phases phases;
    private final ModelRegistry registry;
    private final Sessions sessions;
    private final Door door;
    private final Clocks clocks;
    private final Departures departures;
    private final Remains remains;
    private final Lanes lanes;
    private final Rounds rounds;

    RunDriver(
            Federations federations,
            Gathering gathering,
            Phases phases,
            ModelRegistry registry,
            Sessions sessions,
            Door door,
            Clocks clocks,
            Departures departures,
            Remains remains,
            FederationServerProperties properties) {
        this.federations = federations;
        this.gathering = gathering;
        this.phases = phases;
        this.registry = registry;
        this.sessions = sessions;
        this.door = door;
        this.clocks = clocks;
        this.departures = departures;
        this.remains = remains;
        this.lanes = new Lanes(properties.atOnce(), this::moved);
        this.rounds = new Rounds(
                "federations",
                properties.poll(),
                properties.poll(),
                log,
                "real federations cannot be moved on now",
                this::lookAfterAll);
    }

    /** Something was committed that may let a federation go on. */
    void wake(UUID federation) {
        lanes.wake(federation);
    }

    /** Those that nothing happens to may be late, and those that are over have clients to be told. */
    private boolean lookAfterAll() {
        Set<UUID> all = new LinkedHashSet<>(federations.live(FederationMode.REAL));
        all.addAll(sessions.federations());
        all.forEach(lanes::wake);
        departures.writeDown();
        remains.sweep();
        return false;
    }

    private boolean moved(UUID id) {
        try {
            Optional<Federation> found = federations.find(id);
            boolean more = found.isPresent() && move(found.get());
            federations.find(id).filter(now -> now.state().isOver()).ifPresent(this::end);
            return more;
        } catch (RuntimeException e) {
            log.warn("federation {} cannot go on now", id, e);
            return false;
        }
    }

    private boolean move(Federation federation) {
        return switch (federation.state()) {
            case REQUESTED, PREPARING -> federations.move(federation.id(), FederationState.WAITING, null);
            case WAITING -> isOpen(federation) && gathering.begin(federation);
            case RUNNING -> isOpen(federation) && phases.goOn(federation);
            case REGISTERING -> registry.register(federation);
            case SUCCEEDED, FAILED, CANCELLED -> false;
        };
    }

    private boolean isOpen(Federation federation) {
        if (door.isOpen(federation.organizationId())) {
            return true;
        }
        clocks.forget(federation.id());
        sessions.of(federation.id()).forEach(session -> session.pause(SHUT));
        return false;
    }

    private void end(Federation federation) {
        clocks.forget(federation.id());
        sessions.end(federation.id(), finished(federation));
    }

    Notice finished(Federation federation) {
        String reason = federation.reason();
        return Notice.newBuilder()
                .setFinished(Finished.newBuilder()
                        .setState(federation.state().name())
                        .setReason(reason == null ? "" : reason)
                        .setModelSha256(
                                federation.metrics() == null
                                        ? ""
                                        : federation
                                                .metrics()
                                                .path("model_sha256")
                                                .asString("")))
                .build();
    }

    @Override
    public void start() {
        lanes.start();
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(Duration.ZERO);
        lanes.stop(FAREWELL);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }
}
