package io.mlaas.ppfl.job;

import io.mlaas.kit.client.Refusal;
import io.mlaas.kit.work.ParallelWork;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Federations;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/**
 * Has simulations registered and trained, and follows them to their end. Every step may be repeated, as the receivers know a
 * request that they had: who dies when, and who is away, changes nothing but the time that it takes.
 */
@Component
class JobWork extends ParallelWork {
    private static final Logger log = LoggerFactory.getLogger(JobWork.class);

    private final Federations federations;
    private final JobRepository jobs;
    private final JobSteps steps;
    private final JobEnd end;
    private final JobProperties properties;

    JobWork(Federations federations, JobRepository jobs, JobSteps steps, JobEnd end, JobProperties properties) {
        super(
                "federation-job",
                properties.parallel(),
                properties.poll(),
                log,
                "work on simulations failed, and is tried again");
        this.federations = federations;
        this.jobs = jobs;
        this.steps = steps;
        this.end = end;
        this.properties = properties;
    }

    @Override
    protected boolean workOnOne() {
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
            if (Refusal.isPassing(refused) || job.step() != FederationJob.Step.REGISTER) {
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
}
