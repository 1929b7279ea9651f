package io.mlaas.ppfl.server;

import io.mlaas.kit.work.Rounds;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationMode;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Notice;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Moves real federations on, whenever a client says something and every now and then: from what is committed to the next
 * commit, one federation after another.
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
    private final Rounds rounds;

    RunDriver(
            Federations federations,
            Gathering gathering,
            Phases phases,
            ModelRegistry registry,
            Sessions sessions,
            Door door,
            Clocks clocks,
            FederationServerProperties properties) {
        this.federations = federations;
        this.gathering = gathering;
        this.phases = phases;
        this.registry = registry;
        this.sessions = sessions;
        this.door = door;
        this.clocks = clocks;
        this.rounds = new Rounds(
                "federations",
                properties.poll(),
                properties.poll(),
                log,
                "real federations cannot be moved on now",
                this::work);
    }

    /** Something was committed that may let a federation go on. */
    void wake() {
        rounds.wake();
    }

    private boolean work() {
        boolean more = false;
        for (Federation federation : federations.live(FederationMode.REAL)) {
            more |= moved(federation);
        }
        sessions.federations().forEach(this::endIfOver);
        return more;
    }

    /** One that fails does not keep the others from going on. */
    private boolean moved(Federation federation) {
        try {
            return move(federation);
        } catch (RuntimeException e) {
            log.warn("federation {} cannot go on now", federation.id(), e);
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

    private void endIfOver(UUID id) {
        federations.find(id).filter(federation -> federation.state().isOver()).ifPresent(federation -> {
            clocks.forget(id);
            sessions.end(id, finished(federation));
        });
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
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(FAREWELL);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }
}
