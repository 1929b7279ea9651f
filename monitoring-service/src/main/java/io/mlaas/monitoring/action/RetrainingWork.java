package io.mlaas.monitoring.action;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.kit.client.Refusal;
import io.mlaas.kit.work.ParallelWork;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorRepository;
import io.mlaas.monitoring.monitor.Retrain;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/**
 * Asks for what is to be trained again, and follows it to its end. Every step may be repeated, as the receivers know a request
 * that they had: who dies when, and who is away, changes nothing but the time that it takes.
 */
@Component
class RetrainingWork extends ParallelWork {
    private static final Logger log = LoggerFactory.getLogger(RetrainingWork.class);

    private final MonitorRepository monitors;
    private final RetrainingRepository retrainings;
    private final RetrainedLearners learners;
    private final RetrainedModels models;
    private final RetrainingEnd end;
    private final RetrainingProperties properties;
    private final MeterRegistry meters;

    RetrainingWork(
            MonitorRepository monitors,
            RetrainingRepository retrainings,
            RetrainedLearners learners,
            RetrainedModels models,
            RetrainingEnd end,
            RetrainingProperties properties,
            MeterRegistry meters) {
        super(
                "retraining",
                properties.parallel(),
                properties.poll(),
                log,
                "work on what is to be trained again failed, and is tried again");
        this.monitors = monitors;
        this.retrainings = retrainings;
        this.learners = learners;
        this.models = models;
        this.end = end;
        this.properties = properties;
        this.meters = meters;
    }

    @Override
    protected boolean workOnOne() {
        Optional<RetrainingRepository.Due> due = retrainings.take(properties.lease());
        due.ifPresent(found -> monitors.find(found.monitor()).ifPresent(monitor -> {
            try (var ignored =
                    MDC.putCloseable("correlation_id", found.retraining().id().toString())) {
                work(found, monitor);
            }
        }));
        return due.isPresent();
    }

    private void work(RetrainingRepository.Due due, Monitor monitor) {
        Retraining retraining = due.retraining();
        try {
            switch (step(due, monitor)) {
                case RetrainingStep.Trains trains ->
                    retrainings.trains(retraining.id(), trains.answer(), properties.follow());
                case RetrainingStep.Ended ended -> end(monitor, retraining, ended);
                case RetrainingStep.NotYet notYet -> {
                    Duration pause = retraining.state() == Retraining.State.TRAINING
                            ? properties.follow()
                            : properties.pause(retraining.attempts());
                    again(monitor, retraining, notYet.reason(), pause);
                }
            }
        } catch (HttpClientErrorException refused) {
            String reason = Refusal.of(refused);
            if (Refusal.isPassing(refused)) {
                again(monitor, retraining, reason, properties.pause(retraining.attempts()));
            } else {
                log.info("retraining {} is refused: {}", retraining.id(), reason);
                end(monitor, retraining, new RetrainingStep.Ended(Retraining.State.REFUSED, reason, null));
            }
        } catch (RowsRefusedException refused) {
            end(
                    monitor,
                    retraining,
                    new RetrainingStep.Ended(Retraining.State.REFUSED, String.valueOf(refused.getMessage()), null));
        } catch (RestClientException away) {
            log.debug("retraining {} cannot be asked for now", retraining.id(), away);
            again(
                    monitor,
                    retraining,
                    "whoever is to be asked does not answer",
                    properties.pause(retraining.attempts()));
        }
    }

    private RetrainingStep step(RetrainingRepository.Due due, Monitor monitor) {
        Retraining retraining = due.retraining();
        if (retraining.state() == Retraining.State.TRAINING) {
            return models.follow(due);
        }
        return switch (Retrain.stored(retraining.request(), monitor.document())) {
            case Retrain.LearnDataset wanted -> learners.learn(due, monitor, wanted);
            case Retrain.LearnWindows wanted -> learners.learn(due, monitor, wanted);
            case Retrain.Train wanted -> models.register(due, wanted);
        };
    }

    /** A training that is under way takes as long as it takes. */
    private void again(Monitor monitor, Retraining retraining, String reason, Duration pause) {
        boolean late = retraining.requestedAt().plus(properties.giveUp()).isBefore(Instant.now());
        if (late && retraining.state() == Retraining.State.WAITING) {
            end(
                    monitor,
                    retraining,
                    new RetrainingStep.Ended(
                            Retraining.State.FAILED,
                            "given up after %s: %s".formatted(properties.giveUp(), reason),
                            null));
        } else {
            retrainings.again(retraining.id(), reason, pause);
        }
    }

    private void end(Monitor monitor, Retraining retraining, RetrainingStep.Ended ended) {
        end.write(monitor, retraining, ended.state(), ended.reason(), ended.answer());
        meters.counter(
                        "mlaas.monitoring.retrainings",
                        "outcome",
                        ended.state().name().toLowerCase(java.util.Locale.ROOT))
                .increment();
    }
}
