package io.mlaas.sharing.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes assets out of quarantine that are good again, once that was verified to the last byte. */
@Component
class Release {
    private static final Logger log = LoggerFactory.getLogger(Release.class);

    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Integrity integrity;
    private final Outbox outbox;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;

    Release(
            DatasetRepository datasets,
            ModelRepository models,
            Integrity integrity,
            Outbox outbox,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.datasets = datasets;
        this.models = models;
        this.integrity = integrity;
        this.outbox = outbox;
        this.transactions = new TransactionTemplate(transactions);
        this.meters = meters;
    }

    Dataset dataset(Dataset dataset, Caller caller) {
        UUID id = dataset.id();
        if (dataset.state() != DatasetState.QUARANTINED) {
            throw notQuarantined(id, dataset.state());
        }
        requireGood(id, integrity.breach(dataset, bytes -> {}));
        release(id, "dataset", dataset.organizationId(), caller, () -> datasets.release(id));
        return datasets.find(id).orElseThrow();
    }

    Model model(Model model, Caller caller) {
        UUID id = model.id();
        if (model.state() != ModelState.QUARANTINED) {
            throw notQuarantined(id, model.state());
        }
        requireGood(id, integrity.breach(model, bytes -> {}));
        boolean onChain = integrity.resultOnChain(model);
        release(id, "model", model.organizationId(), caller, () -> models.release(id, onChain));
        return models.find(id).orElseThrow();
    }

    private void release(UUID id, String kind, UUID organizationId, Caller caller, BooleanSupplier mark) {
        transactions.executeWithoutResult(status -> {
            if (!mark.getAsBoolean()) {
                throw RegistryProblem.NOT_QUARANTINED.because(id + " was released by somebody else meanwhile.");
            }
            outbox.publish(
                    Topics.REGISTRY,
                    CloudEvent.of(
                            Registration.SOURCE,
                            RegistryEvents.ASSET_RELEASED,
                            id,
                            organizationId,
                            new RegistryEvents.AssetReleased(id, caller.subject())));
        });
        meters.counter("mlaas.integrity.released", "kind", kind).increment();
        log.info("{} {} is good again and was released by {}", kind, id, caller.subject());
    }

    private static void requireGood(UUID id, Optional<Integrity.Breach> breach) {
        breach.ifPresent(found -> {
            throw Anchored.quarantined(id, found.reason());
        });
    }

    private static ProblemException notQuarantined(UUID id, Enum<?> state) {
        return RegistryProblem.NOT_QUARANTINED.because("%s is %s (expected: QUARANTINED)".formatted(id, state));
    }
}
