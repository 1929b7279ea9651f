package io.mlaas.sharing.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.problem.ProblemException;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes assets out of use whose bytes are not what the chain says, and tells the world. */
@Component
class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    private static final String DATASET = "dataset";
    private static final String MODEL = "model";

    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Outbox outbox;
    private final ApplicationEventPublisher listeners;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;

    Quarantine(
            DatasetRepository datasets,
            ModelRepository models,
            Outbox outbox,
            ApplicationEventPublisher listeners,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.datasets = datasets;
        this.models = models;
        this.outbox = outbox;
        this.listeners = listeners;
        this.transactions = new TransactionTemplate(transactions);
        this.meters = meters;
        // From the start, so that the first failure is an increase.
        List.of(DATASET, MODEL).forEach(this::failures);
    }

    private Counter failures(String kind) {
        return meters.counter("mlaas.integrity.failures", "kind", kind);
    }

    ProblemException dataset(Dataset dataset, Integrity.Breach breach) {
        return dataset(dataset, breach.expected(), breach.found(), breach.reason());
    }

    ProblemException model(Model model, Integrity.Breach breach) {
        return model(model, breach.expected(), breach.found(), breach.reason());
    }

    ProblemException dataset(Dataset dataset, String expected, @Nullable String found, String reason) {
        return quarantine(
                DATASET,
                dataset.id(),
                dataset.organizationId(),
                expected,
                found,
                reason,
                () -> datasets.quarantine(dataset.id(), reason));
    }

    ProblemException model(Model model, String expected, @Nullable String found, String reason) {
        return quarantine(
                MODEL,
                model.id(),
                model.organizationId(),
                expected,
                found,
                reason,
                () -> models.quarantine(model.id(), reason));
    }

    private ProblemException quarantine(
            String kind,
            UUID id,
            UUID organizationId,
            String expected,
            @Nullable String found,
            String reason,
            BooleanSupplier mark) {
        Boolean taken = transactions.execute(status -> {
            boolean marked = mark.getAsBoolean();
            if (marked) {
                listeners.publishEvent(new AssetTakenOut(id, kind, "quarantine"));
                outbox.publish(
                        Topics.REGISTRY,
                        CloudEvent.of(
                                Registration.SOURCE,
                                RegistryEvents.ASSET_QUARANTINED,
                                id,
                                organizationId,
                                new RegistryEvents.AssetQuarantined(id, expected, found, reason)));
            }
            return marked;
        });
        if (Boolean.TRUE.equals(taken)) {
            log.error("{} {} is tampered with: {} (expected: {}, found: {})", kind, id, reason, expected, found);
            failures(kind).increment();
        } else {
            log.info("{} {} was quarantined or deleted meanwhile: {}", kind, id, reason);
        }
        return Anchored.quarantined(id, reason);
    }
}
