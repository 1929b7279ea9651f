package io.mlaas.ppfl.job;

import io.mlaas.kit.work.Rounds;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Federations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/**
 * Has simulations registered and trained, and follows them to their end. Every step may be repeated, as the receivers know a
 * request that they had: who dies when, and who is away, changes nothing but the time that it takes.
 */
@Component
class JobWork implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(JobWork.class);

    /** Answers that say something about this service or the moment, not about the request. */
    private static final Set<Integer> PASSING = Set.of(401, 408, 425, 429);

    /** This service may not yet, or no longer, what its account is there for. */
    private static final String NO_ROLE = "FORBIDDEN";

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Federations federations;
    private final JobRepository jobs;
    private final JobSteps steps;
    private final JobEnd end;
    private final JobProperties properties;
    private final List<Rounds> rounds;

    JobWork(Federations federations, JobRepository jobs, JobSteps steps, JobEnd end, JobProperties properties) {
        this.federations = federations;
        this.jobs = jobs;
        this.steps = steps;
        this.end = end;
        this.properties = properties;
        this.rounds = IntStream.range(0, properties.parallel())
                .mapToObj(number -> new Rounds(
                        "federation-job-" + number,
                        properties.poll(),
                        properties.poll(),
                        log,
                        "work on simulations failed, and is tried again",
                        this::workOnOne))
                .toList();
    }

    @Override
    public void start() {
        rounds.forEach(Rounds::start);
    }

    /** @return whether there was one */
    private boolean workOnOne() {
        Optional<FederationJob> due = jobs.take(properties.lease());
        due.ifPresent(job -> federations.find(job.federationId()).ifPresent(federation -> {
            try (var ignored =
                    MDC.putCloseable("correlation_id", federation.id().toString())) {
                work(job, federation);
            }
        }));
        return due.isPresent();
    }

    private void work(FederationJob job, Federation federation) {
        try {
            if (federation.state().isOver()) {
                steps.endTraining(job, federation);
                return;
            }
            switch (job.step()) {
                case REGISTER -> steps.register(job, federation);
                case FOLLOW -> steps.follow(job, federation);
            }
        } catch (HttpClientErrorException refused) {
            String reason = Refusal.of(refused);
            boolean mine =
                    isPassing(refused) || reason.startsWith(NO_ROLE) || job.step() != FederationJob.Step.REGISTER;
            if (mine) {
                again(job, federation, reason);
            } else {
                log.info("federation {} is refused: {}", federation.id(), reason);
                end.failed(federation, reason);
            }
        } catch (RestClientException away) {
            log.debug("federation {} cannot be worked on now", federation.id(), away);
            again(job, federation, "whoever is to be asked does not answer");
        }
    }

    private static boolean isPassing(HttpClientErrorException refused) {
        HttpHeaders headers = refused.getResponseHeaders();
        return PASSING.contains(refused.getStatusCode().value())
                || (headers != null && headers.containsHeader(HttpHeaders.RETRY_AFTER));
    }

    /** What is trained takes as long as it takes; what cannot be registered is given up one day. */
    private void again(FederationJob job, Federation federation, String note) {
        boolean late = federation.createdAt().plus(properties.giveUp()).isBefore(Instant.now());
        if (late
                && job.step() == FederationJob.Step.REGISTER
                && !federation.state().isOver()) {
            end.failed(federation, "given up after %s: %s".formatted(properties.giveUp(), note));
        } else {
            jobs.again(federation.id(), note, properties.pause(job.attempts()));
        }
    }

    @Override
    public void stop() {
        rounds.forEach(each -> each.stop(FAREWELL));
    }

    @Override
    public boolean isRunning() {
        return rounds.getFirst().isRunning();
    }
}
