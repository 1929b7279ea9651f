package io.mlaas.federated.pate;

import io.mlaas.neural.network.Weights;
import io.mlaas.neural.training.EpochReport;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.pate.DataDependentCost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A student and what it cost the teachers.
 *
 * @param queries labels that were asked for
 * @param answers in the order of the queries, those that the mechanism gave
 * @param spent by the queries and answers; says nothing about the votes, so it can be published
 * @param dataDependent by these very votes, itself private; null without a mechanism
 */
public record FedPateResult(
        Weights student,
        int queries,
        List<Answer> answers,
        PrivacyCost spent,
        @Nullable DataDependentCost dataDependent,
        List<EpochReport> epochs) {

    /** @param row of the public samples */
    public record Answer(int row, int label) {}
}
