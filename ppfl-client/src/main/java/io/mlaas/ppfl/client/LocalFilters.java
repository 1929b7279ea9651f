package io.mlaas.ppfl.client;

import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.plan.FilterPlan;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.training.UpdateFilters;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The plan's filters, at the client. Their noise is drawn anew for each update, and what it was drawn from is forgotten:
 * neither the server, who knows the plan's seed, nor who finds this client's files later can take it away.
 */
final class LocalFilters {
    private static final int SECRET = 32;

    private final UpdateFilters filters;
    private final ParameterLayout layout;
    private final SecureRandom random = new SecureRandom();

    LocalFilters(Plan plan, ParameterLayout layout) {
        this.filters = PlannedSettings.filters(plan.privacy());
        this.layout = layout;
    }

    /**
     * @param steps of optimisation that the update comes from
     * @throws ProtocolException if a filter cannot be applied to it
     */
    ModelUpdate apply(ModelUpdate update, long steps, int round) {
        byte[] secret = new byte[SECRET];
        random.nextBytes(secret);
        try {
            return filters.apply(update, layout, steps, secret, round);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("privacy.filters: " + e.getMessage());
        }
    }

    /** For the client's user: a sentence about each, in the order in which they are applied. */
    static List<String> sentences(Plan plan) {
        List<String> sentences = new ArrayList<>();
        for (FilterPlan filter : plan.privacy().filters()) {
            sentences.add(
                    switch (filter) {
                        case FilterPlan.Exclude exclude ->
                            "exclude: changes of " + String.join(", ", exclude.variables())
                                    + " stay here, zeros leave instead";
                        case FilterPlan.Gaussian gaussian -> gaussian(plan, gaussian);
                        case FilterPlan.Percentile percentile ->
                            "percentile: the largest changes only; a heuristic, no epsilon";
                        case FilterPlan.SparseVector sparse ->
                            "sparse vector: some of the changes, with noise; a heuristic, no epsilon";
                    });
        }
        return sentences;
    }

    private static String gaussian(Plan plan, FilterPlan.Gaussian filter) {
        return String.format(
                Locale.ROOT,
                "gaussian: norm %s at most and noise of %s times that, drawn here; epsilon %.3f at delta %.0e over %d"
                        + " rounds, against the server too",
                filter.norm(),
                filter.noiseMultiplier(),
                plan.privacyCostAtClients().orElseThrow().epsilon(),
                plan.privacy().delta(),
                plan.topology().rounds());
    }
}
