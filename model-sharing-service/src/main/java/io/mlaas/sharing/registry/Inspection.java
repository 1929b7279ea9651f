package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.anchoring.AnchoringProblem;
import io.mlaas.sharing.artifact.AtRest;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Looks at assets at rest, one after the other, and takes out those that are not what the chain says. */
@Component
public class Inspection {
    private static final String DATASET = "dataset";
    private static final String MODEL = "model";
    private static final UUID FIRST = new UUID(0, 0);

    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Integrity integrity;
    private final Quarantine quarantine;
    private final JdbcClient jdbc;

    Inspection(
            DatasetRepository datasets,
            ModelRepository models,
            Integrity integrity,
            Quarantine quarantine,
            JdbcClient jdbc) {
        this.datasets = datasets;
        this.models = models;
        this.integrity = integrity;
        this.quarantine = quarantine;
        this.jdbc = jdbc;
    }

    /** @param kind {@code dataset} or {@code model} */
    public record Subject(String kind, UUID id) {}

    /** What a look at an asset showed. */
    public sealed interface Verdict {
        /** Good, or not there any more: quarantined or deleted meanwhile. */
        record Good() implements Verdict {}

        /** It is in quarantine now. */
        record Tampered(String expected, @Nullable String found, String reason) implements Verdict {}

        /** The chain answers, and does not know its contract. An operator must look: a chain that lags says the same. */
        record NotOnChain(String reason) implements Verdict {}

        /** The chain or the object store does not answer. */
        record Unanswered(String reason) implements Verdict {}
    }

    /** A company's asset that follows in the order of a walk through all that is anchored. */
    public Optional<Subject> next(UUID organizationId, @Nullable Subject after) {
        if (after != null && after.kind().equals(MODEL)) {
            return next(MODEL, organizationId, after.id());
        }
        return next(DATASET, organizationId, after == null ? FIRST : after.id())
                .or(() -> next(MODEL, organizationId, FIRST));
    }

    private Optional<Subject> next(String kind, UUID organizationId, UUID after) {
        return jdbc.sql("""
                select id from TABLE
                where organization_id = :organization and id > :after and contract_address is not null
                  and state in ('REGISTERED', 'TRAINING', 'STORED', 'TRAINED', 'FAILED', 'CANCELLED')
                order by id limit 1
                """.replace("TABLE", kind))
                .param("organization", organizationId)
                .param("after", after)
                .query(UUID.class)
                .optional()
                .map(id -> new Subject(kind, id));
    }

    /** Compares an asset's row, contract and every byte. */
    public Verdict inspect(Subject subject, AtRest.Pace pace) {
        try {
            return subject.kind().equals(DATASET)
                    ? datasets.find(subject.id())
                            .map(dataset -> inspect(dataset, pace))
                            .orElseGet(Verdict.Good::new)
                    : models.find(subject.id())
                            .map(model -> inspect(model, pace))
                            .orElseGet(Verdict.Good::new);
        } catch (ProblemException e) {
            String reason = String.valueOf(e.getMessage());
            return e.problem() == AnchoringProblem.NOT_ON_CHAIN
                    ? new Verdict.NotOnChain(reason)
                    : new Verdict.Unanswered(reason);
        }
    }

    private Verdict inspect(Dataset dataset, AtRest.Pace pace) {
        if (dataset.state() != DatasetState.REGISTERED) {
            return new Verdict.Good();
        }
        Optional<Integrity.Breach> breach = integrity.breach(dataset, pace);
        if (breach.isPresent() && !datasets.find(dataset.id()).equals(Optional.of(dataset))) {
            return new Verdict.Unanswered("It changed meanwhile.");
        }
        breach.ifPresent(found -> quarantine.dataset(dataset, found));
        return verdict(breach);
    }

    private Verdict inspect(Model model, AtRest.Pace pace) {
        if (model.state() == ModelState.QUARANTINED || model.state() == ModelState.DELETED) {
            return new Verdict.Good();
        }
        Optional<Integrity.Breach> breach = integrity.breach(model, pace);
        if (breach.isPresent() && !models.find(model.id()).equals(Optional.of(model))) {
            return new Verdict.Unanswered("It changed meanwhile.");
        }
        breach.ifPresent(found -> quarantine.model(model, found));
        return verdict(breach);
    }

    private static Verdict verdict(Optional<Integrity.Breach> breach) {
        return breach.<Verdict>map(found -> new Verdict.Tampered(found.expected(), found.found(), found.reason()))
                .orElseGet(Verdict.Good::new);
    }
}
