package io.mlaas.ppfl.client;

import io.mlaas.federated.plan.InvalidPlanException;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.PrivacyPlan;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.v1.Welcome;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data as the federation's plan asks for it.
 *
 * @param state with the key that this client signs with, and the updates that it covered with noise
 * @param label column or array; null: as the plan says
 * @param reportMeasures even where the plan promises differential privacy
 */
record Preparation(
        EnrolmentKit kit,
        StateDirectory state,
        Path data,
        @Nullable String label,
        boolean reportMeasures,
        ProgressLines progress)
        implements Function<Welcome, RoundAnswers> {

    @Override
    public RoundAnswers apply(Welcome welcome) {
        Plan plan;
        try {
            plan = Plan.parse(welcome.getPlan());
        } catch (InvalidPlanException e) {
            throw ClientException.badInput(
                    "the federation's plan is not one that this version understands: " + e.getMessage(), e);
        }
        String participant = kit.participant();
        long split = LocalTraining.seedOf(welcome.getSeed(), "held back by " + participant, 0);
        LocalData read = LocalData.read(
                data, label, plan.model().description(), plan.data().test(), split);
        progress.data(read.training().count(), read.heldOut().count());
        progress.filters(LocalFilters.sentences(plan));
        LocalRounds rounds =
                new LocalRounds(participant, plan, welcome.getSeed(), read, reportMeasures, state, progress);
        PrivacyPlan.SecureAggregation masks = plan.privacy().secureAggregation();
        if (masks != null) {
            return new SecureAnswers(rounds, kit, masks.threshold(), endorsement(), state);
        }
        return plan.privacy().homomorphicEncryption()
                ? new EncryptedAnswers(rounds, kit, plan.topology().quorum(), endorsement(), state)
                : new PlainAnswers(rounds);
    }

    private CertifiedEndorsement endorsement() {
        return new CertifiedEndorsement(
                kit,
                Enrolment.known(kit, state)
                        .orElseThrow(() -> new IllegalStateException("the plan is told to enrolled clients only")));
    }
}
