package io.mlaas.privacy.pate;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.OptionalInt;

/** How the teachers' votes become an answer that tells little of any one teacher's data. Neighbours differ in one vote. */
public sealed interface VoteMechanism permits LaplaceNoisyMax, GaussianNoisyMax, ConfidentGaussianNoisyMax {
    /** The noisy plurality; empty if the mechanism chose not to answer. */
    OptionalInt answer(Votes votes, KeyedNoise noise);

    /** The most that so many queries cost, whatever the votes: may be published. */
    RdpCurve cost(long queries, List<Double> orders);

    /**
     * What this one query cost given how the teachers voted: less, the clearer they were.
     *
     * @param answered whether there was an answer
     */
    DataDependentCost costGiven(Votes votes, boolean answered, List<Double> orders);
}
