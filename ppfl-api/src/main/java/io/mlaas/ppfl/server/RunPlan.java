package io.mlaas.ppfl.server;

import io.mlaas.federated.aggregation.Aggregation;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.plan.AggregationPlan;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.PrivacyPlan;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.Clipping;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.Weights;
import io.mlaas.privacy.accounting.PrivacyCost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A plan as the server of a real federation follows it. */
record RunPlan(Plan plan, NetworkDescription description, Network network, ParameterLayout layout) {
    private static final double BETA_1 = .9;
    private static final double BETA_2 = .99;
    private static final double TAU = 1e-3;

    /** @throws io.mlaas.neural.network.InvalidDescriptionException if the network does not say what comes in */
    static RunPlan of(JsonNode json) {
        Plan plan = Plan.of(json);
        NetworkDescription description = plan.model().description();
        Network network = description.resolve(null);
        return new RunPlan(plan, description, network, ParameterLayout.of(network));
    }

    int quorum() {
        return plan.topology().quorum();
    }

    int clients() {
        return plan.topology().clients();
    }

    int rounds() {
        return plan.topology().rounds();
    }

    Duration timeout() {
        return Duration.ofSeconds(plan.topology().roundTimeoutSeconds());
    }

    RoundProtocol protocol() {
        PrivacyPlan.SecureAggregation masks = plan.privacy().secureAggregation();
        if (masks != null) {
            return new SecureRound(this, masks.threshold());
        }
        return plan.privacy().homomorphicEncryption() ? new EncryptedRound(this) : new PlainRound(this);
    }

    /** Whether clients count by their samples; under a promise of privacy each counts the same. */
    boolean weighted() {
        return plan.privacy().weighted();
    }

    boolean takesTheMean() {
        return plan.aggregation().strategy().sumLike();
    }

    Aggregation aggregation() {
        AggregationPlan aggregation = plan.aggregation();
        return switch (aggregation.strategy()) {
            case FEDAVG, FEDPROX, FEDADAM, FEDYOGI -> new Aggregation.Mean(weighted());
            case MEDIAN -> new Aggregation.Median();
            case TRIMMED_MEAN -> new Aggregation.TrimmedMean(aggregation.trim());
            case KRUM -> new Aggregation.Krum(aggregation.byzantine(), 1);
            case MULTI_KRUM -> new Aggregation.Krum(aggregation.byzantine(), 0);
            case BULYAN -> new Aggregation.Bulyan(aggregation.byzantine());
        };
    }

    ServerOptimizer optimizer() {
        double rate = plan.aggregation().serverLearningRate();
        return switch (plan.aggregation().strategy()) {
            case FEDADAM -> new ServerOptimizer.Adam(rate, BETA_1, BETA_2, TAU);
            case FEDYOGI -> new ServerOptimizer.Yogi(rate, BETA_1, BETA_2, TAU);
            case FEDAVG, FEDPROX, MEDIAN, TRIMMED_MEAN, KRUM, MULTI_KRUM, BULYAN -> new ServerOptimizer.Average(rate);
        };
    }

    /** The norm of the first round; 0 for any. */
    double clippingNorm() {
        PrivacyPlan.Clipping clipping = plan.privacy().clipping();
        return clipping == null ? 0 : clipping.norm();
    }

    /** Null where no update is shortened. */
    CentralPrivacy.@Nullable Settings privacy() {
        PrivacyPlan.Clipping clipping = plan.privacy().clipping();
        if (clipping == null) {
            return null;
        }
        Clipping of =
                switch (clipping.kind()) {
                    case FIXED -> new Clipping.Fixed(clipping.norm());
                    case ADAPTIVE ->
                        new Clipping.Adaptive(clipping.norm(), clipping.quantile(), clipping.learningRate());
                };
        return new CentralPrivacy.Settings(
                of,
                noisy() ? plan.noiseMultiplier() : 0,
                plan.privacy().delta(),
                clients(),
                plan.topology().samplingRate());
    }

    private boolean noisy() {
        return plan.privacy().mechanism() == PrivacyPlan.Mechanism.GAUSSIAN;
    }

    /** Spent after so many rounds; null where nothing is promised. */
    @Nullable
    Double epsilon(int rounds) {
        PrivacyCost cost = plan.privacyCostAfter(rounds);
        return cost.bounded() ? cost.epsilon() : null;
    }

    float[] initialModel(long seed) {
        return layout.flatten(Weights.initial(network, LocalTraining.seedOf(seed, "initial model", 0)));
    }

    /** Who is asked in a round, by name: a function of the seed, the round and who is there. */
    List<String> chosen(List<String> joined, long seed, int round) {
        int many = plan.topology().clientsPerRound();
        List<String> names = new ArrayList<>(joined);
        names.sort(null);
        if (names.size() <= many) {
            return names;
        }
        int[] order = new int[names.size()];
        Arrays.setAll(order, i -> i);
        new SplitMix64(LocalTraining.seedOf(seed, "clients of a round", round)).shuffle(order);
        return Arrays.stream(order).limit(many).sorted().mapToObj(names::get).toList();
    }
}
