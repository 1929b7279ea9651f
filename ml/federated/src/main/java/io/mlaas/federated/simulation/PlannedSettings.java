package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.Aggregation;
import io.mlaas.federated.aggregation.ServerOptimizer;
import io.mlaas.federated.partition.Partition;
import io.mlaas.federated.plan.FilterPlan;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.PrivacyPlan;
import io.mlaas.federated.plan.TopologyPlan;
import io.mlaas.federated.plan.TrainingPlan;
import io.mlaas.federated.training.CentralPrivacy;
import io.mlaas.federated.training.Clipping;
import io.mlaas.federated.training.UpdateFilters;
import io.mlaas.neural.training.GradientClip;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.OptimizerSettings;
import io.mlaas.privacy.filter.ExcludeFilter;
import io.mlaas.privacy.filter.GaussianFilter;
import io.mlaas.privacy.filter.PercentileFilter;
import io.mlaas.privacy.filter.SparseVectorFilter;
import io.mlaas.privacy.filter.UpdateFilter;
import org.jspecify.annotations.Nullable;

/** What a plan says in the terms of those who do it, for simulated and for real clients. */
public final class PlannedSettings {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double TAU = 1e-3;

    private PlannedSettings() {}

    /** @param seed the plan's, or the one that was drawn where the plan has none */
    public static SimulationSettings simulation(Plan plan, Loss loss, long seed) {
        TopologyPlan topology = plan.topology();
        return new SimulationSettings(
                topology.rounds(),
                topology.clientsPerRound(),
                topology.quorum(),
                loss,
                local(plan.training()),
                aggregation(plan),
                server(plan),
                Double.POSITIVE_INFINITY,
                privacy(plan),
                filters(plan.privacy()),
                plan.privacy().delta(),
                seed);
    }

    public static LocalTrainer.Settings local(TrainingPlan training) {
        double rate = training.learningRate();
        OptimizerSettings optimizer =
                switch (training.optimizer()) {
                    case SGD -> new OptimizerSettings.Sgd(rate, 0, 0, 0, false);
                    case ADAM -> new OptimizerSettings.Adam(rate, 0.9, 0.999, 1e-8, 0, false);
                    case ADAMW -> new OptimizerSettings.Adam(rate, 0.9, 0.999, 1e-8, 0.01, true);
                    case RMSPROP -> new OptimizerSettings.RmsProp(rate, 0.99, 1e-8, 0, 0, false);
                };
        return new LocalTrainer.Settings(
                optimizer, training.localEpochs(), training.batch(), training.proximalMu(), GradientClip.NONE);
    }

    /** The mean counts samples, but not where updates are clipped or an ε is promised: there all clients count the same. */
    public static Aggregation aggregation(Plan plan) {
        int byzantine = plan.aggregation().byzantine();
        return switch (plan.aggregation().strategy()) {
            case FEDAVG, FEDPROX, FEDADAM, FEDYOGI ->
                new Aggregation.Mean(plan.privacy().weighted());
            case MEDIAN -> new Aggregation.Median();
            case TRIMMED_MEAN -> new Aggregation.TrimmedMean(plan.aggregation().trim());
            case KRUM -> new Aggregation.Krum(byzantine, 1);
            case MULTI_KRUM -> new Aggregation.Krum(byzantine, 0);
            case BULYAN -> new Aggregation.Bulyan(byzantine);
        };
    }

    public static ServerOptimizer server(Plan plan) {
        double rate = plan.aggregation().serverLearningRate();
        return switch (plan.aggregation().strategy()) {
            case FEDADAM -> new ServerOptimizer.Adam(rate, BETA1, BETA2, TAU);
            case FEDYOGI -> new ServerOptimizer.Yogi(rate, BETA1, BETA2, TAU);
            case FEDAVG, FEDPROX, MEDIAN, TRIMMED_MEAN, KRUM, MULTI_KRUM, BULYAN -> new ServerOptimizer.Average(rate);
        };
    }

    /** Clipping and the server's noise; null where updates are not clipped. */
    public static CentralPrivacy.@Nullable Settings privacy(Plan plan) {
        PrivacyPlan.Clipping clipping = plan.privacy().clipping();
        if (clipping == null) {
            return null;
        }
        Clipping kind =
                switch (clipping.kind()) {
                    case FIXED -> new Clipping.Fixed(clipping.norm());
                    case ADAPTIVE ->
                        new Clipping.Adaptive(clipping.norm(), clipping.quantile(), clipping.learningRate());
                };
        return new CentralPrivacy.Settings(
                kind,
                plan.noiseMultiplier(),
                plan.privacy().delta(),
                plan.topology().clients(),
                plan.topology().samplingRate());
    }

    public static UpdateFilters filters(PrivacyPlan privacy) {
        return new UpdateFilters(
                privacy.filters().stream().map(PlannedSettings::filter).toList());
    }

    private static UpdateFilter filter(FilterPlan filter) {
        return switch (filter) {
            case FilterPlan.Percentile p -> new PercentileFilter(p.percentile(), p.gamma());
            case FilterPlan.SparseVector s ->
                new SparseVectorFilter(s.fraction(), s.epsilon(), s.noiseVar(), s.gamma(), s.tau(), true);
            case FilterPlan.Exclude e -> new ExcludeFilter(e.variables());
            case FilterPlan.Gaussian g -> new GaussianFilter(g.norm(), g.noiseMultiplier());
        };
    }

    /** @throws IllegalArgumentException of kind column, which takes a dataset's own word: {@link Partition.ByGroup} */
    public static Partition partition(TopologyPlan.Partition partition) {
        return switch (partition.kind()) {
            case IID -> new Partition.Iid(partition.samplesPerClient());
            case DIRICHLET -> new Partition.Dirichlet(partition.alpha());
            case LABEL_SKEW ->
                new Partition.LabelSkew(partition.imbalance(), partition.targetLabel(), partition.samplesPerClient());
            case COLUMN ->
                throw new IllegalArgumentException(
                        "partition: column " + partition.column() + " (expected: a kind that is drawn)");
        };
    }
}
