package io.mlaas.federated.plan;

import io.mlaas.federated.plan.Plan.Engine;
import io.mlaas.federated.plan.PrivacyPlan.Mechanism;
import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.NoiseMultiplier;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.pate.ConfidentGaussianNoisyMax;
import io.mlaas.privacy.pate.GaussianNoisyMax;
import io.mlaas.privacy.pate.LaplaceNoisyMax;
import io.mlaas.privacy.pate.VoteMechanism;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a plan costs the clients, known before it runs. */
final class PrivacyOfPlan {
    private PrivacyOfPlan() {}

    static PrivacyCost cost(Plan plan, int rounds) {
        if (plan.engine() == Engine.FEDPATE) {
            return votes(plan);
        }
        if (plan.privacy().mechanism() == Mechanism.GAUSSIAN) {
            double noise = noiseMultiplier(plan);
            RdpCurve curve =
                    GaussianRdp.sampled(noise, amplifying(plan), Orders.PATE).times(rounds);
            return PrivacyCost.of(
                    curve,
                    plan.privacy().delta(),
                    Conversion.TIGHT,
                    "All of one client's samples over " + rounds + " rounds: Gaussian noise of " + told(noise)
                            + " times the clipping norm on the sum of clipped updates, against whoever sees the models"
                            + " but not the server." + sampled(plan) + reproducible(plan));
        }
        return ofClients(plan, rounds)
                .orElseGet(() -> PrivacyCost.unbounded(
                        "No noise: nothing bounds what the model tells of its clients' samples. Secure aggregation and"
                                + " encryption hide updates from the server, not what the models show."));
    }

    /**
     * The probability with which a client is part of a round, as far as it hides whether it was. In real federations the
     * clients can tell who is asked, and fewer may be there than were planned: nothing is gained by it.
     */
    private static double amplifying(Plan plan) {
        return plan.real() ? 1 : plan.topology().samplingRate();
    }

    private static String sampled(Plan plan) {
        double rate = plan.topology().samplingRate();
        if (rate == 1) {
            return "";
        }
        return plan.real()
                ? " That not all clients are asked in a round is not counted on: who is asked is no secret."
                : " The accountant takes the clients of a round as drawn each by itself with probability " + rate + ".";
    }

    private static String reproducible(Plan plan) {
        return plan.real() || plan.seed() == null
                ? ""
                : " The noise comes from the plan's seed: whoever knows the plan can take it away again.";
    }

    /** Four digits: the noise may be the result of a search. */
    private static String told(double noise) {
        return new BigDecimal(noise)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    static Optional<PrivacyCost> ofClients(Plan plan, int rounds) {
        return plan.privacy().gaussianFilter().map(filter -> {
            double noise = filter.noiseMultiplier();
            return PrivacyCost.of(
                    GaussianRdp.gaussian(noise, Orders.PATE).times(rounds),
                    plan.privacy().delta(),
                    Conversion.TIGHT,
                    "All of one client's samples over " + rounds + " rounds, of each of which it may be part: Gaussian"
                            + " noise of " + told(noise)
                            + " times the clipping norm added by the client itself, also against"
                            + " the server; whether a client takes part is not hidden.");
        });
    }

    private static PrivacyCost votes(Plan plan) {
        Optional<VoteMechanism> mechanism = voteMechanism(plan);
        if (mechanism.isEmpty()) {
            return PrivacyCost.unbounded(
                    "The teachers' votes are counted without noise: nothing bounds what the labels tell of their samples.");
        }
        int queries = Objects.requireNonNull(plan.privacy().queries());
        return PrivacyCost.of(
                mechanism.get().cost(queries, Orders.PATE),
                plan.privacy().delta(),
                Conversion.CLASSIC,
                "All of one teacher's samples over " + queries + " queries, each answered with noise; independent of"
                        + " how the teachers voted, so it can be published. Public samples are not protected.");
    }

    static Optional<VoteMechanism> voteMechanism(Plan plan) {
        PrivacyPlan privacy = plan.privacy();
        return switch (privacy.mechanism()) {
            case NONE -> Optional.empty();
            case LAPLACIAN -> Optional.of(LaplaceNoisyMax.ofQueryEpsilon(given(privacy.epsilon())));
            case GAUSSIAN -> Optional.of(new GaussianNoisyMax(given(privacy.sigma())));
            case CONFIDENT_GAUSSIAN ->
                Optional.of(new ConfidentGaussianNoisyMax(
                        given(privacy.threshold()), given(privacy.thresholdSigma()), given(privacy.sigma())));
        };
    }

    private static double given(@Nullable Double value) {
        return Objects.requireNonNull(value, "checked when the plan was read");
    }

    static double noiseMultiplier(Plan plan) {
        PrivacyPlan privacy = plan.privacy();
        Double target = privacy.targetEpsilon();
        return target == null
                ? Objects.requireNonNullElse(privacy.noiseMultiplier(), 0.0)
                : NoiseMultiplier.solve(
                        target,
                        privacy.delta(),
                        amplifying(plan),
                        plan.topology().rounds());
    }
}
