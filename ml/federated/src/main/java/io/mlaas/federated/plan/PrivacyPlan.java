package io.mlaas.federated.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What protects the clients' samples.
 *
 * @param targetEpsilon of engine fedavg: the noise is solved for it
 * @param epsilon of laplacian votes: spent by one query (noise of scale 2/ε)
 * @param sigma of gaussian votes: standard deviation of the noise on the number of votes
 * @param threshold of confident_gaussian: votes that the plurality must have, with noise of thresholdSigma
 * @param noiseMultiplier of engine fedavg: standard deviation of the sum's noise, in clipping norms
 * @param queries of engine fedpate: public samples that are labelled, each with noise
 * @param clipping null: updates are not clipped
 * @param publishDataDependent whether the report also says the data-dependent ε of the votes, which is itself private
 * @param secureAggregation null: the server sees single updates
 */
public record PrivacyPlan(
        Mechanism mechanism,
        @Nullable Double targetEpsilon,
        @Nullable Double epsilon,
        @Nullable Double sigma,
        @Nullable Double threshold,
        @Nullable Double thresholdSigma,
        double delta,
        @Nullable Double noiseMultiplier,
        @Nullable Integer queries,
        @Nullable Clipping clipping,
        boolean acceptWeakPrivacy,
        boolean membershipInference,
        boolean publishDataDependent,
        @Nullable SecureAggregation secureAggregation,
        boolean homomorphicEncryption,
        List<FilterPlan> filters) {

    public enum Mechanism {
        NONE,
        GAUSSIAN,
        LAPLACIAN,
        CONFIDENT_GAUSSIAN
    }

    /**
     * @param norm the bound, of kind adaptive: the first one
     * @param quantile of the updates' norms that an adaptive bound follows
     */
    public record Clipping(Kind kind, double norm, double quantile, double learningRate) {
        public enum Kind {
            FIXED,
            ADAPTIVE
        }
    }

    /** @param threshold clients that must stay until the sum is unmasked */
    public record SecureAggregation(int threshold) {}

    /** The filter of kind gaussian, which the accountant counts. */
    public Optional<FilterPlan.Gaussian> gaussianFilter() {
        return filters.stream()
                .filter(FilterPlan.Gaussian.class::isInstance)
                .map(FilterPlan.Gaussian.class::cast)
                .findFirst();
    }

    /** Whether an ε is promised: then nothing that it does not count may leave a client. */
    public boolean promises() {
        return mechanism != Mechanism.NONE || gaussianFilter().isPresent();
    }

    /** Whether clients count by their samples: not where that would tell what is promised to be hidden. */
    public boolean weighted() {
        return clipping == null && !promises();
    }

    /** What the accountant counts, as the ledger names it. */
    public String accounted() {
        return mechanism == Mechanism.NONE && gaussianFilter().isPresent()
                ? "gaussian_filter"
                : mechanism.name().toLowerCase(Locale.ROOT);
    }

    /** Whether anything is drawn that privacy rests on. */
    public boolean drawsNoise() {
        return mechanism != Mechanism.NONE || filtersDraw();
    }

    /** Whether clients draw noise of their own. */
    public boolean filtersDraw() {
        return filters.stream().anyMatch(PrivacyPlan::draws);
    }

    private static boolean draws(FilterPlan filter) {
        return switch (filter) {
            case FilterPlan.Gaussian gaussian -> true;
            case FilterPlan.SparseVector heuristic -> true;
            case FilterPlan.Percentile percentile -> false;
            case FilterPlan.Exclude exclude -> false;
        };
    }
}
