package io.mlaas.ppfl.trainer;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.partition.Partition;
import io.mlaas.federated.plan.TopologyPlan;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.privacy.attack.AttackResult;
import io.mlaas.privacy.attack.LogOdds;
import io.mlaas.privacy.attack.MembershipInference;
import io.mlaas.trainer.job.BadInputException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well somebody who has the model can tell the clients' samples from those held out: shadow models are trained by
 * the same federation on other halves of both. The measure is of the private samples themselves and no ε covers it.
 */
final class MembershipRisk {
    private static final int SHADOWS = 8;

    private final FederationData data;
    private final Learner learner;
    private final TopologyPlan topology;
    private final Samples pool;
    private final int members;

    MembershipRisk(FederationData data, Learner learner, TopologyPlan topology) {
        this.data = data;
        this.learner = learner;
        this.topology = topology;
        Samples pooled = data.pooled();
        Samples test = data.testSamples();
        if (!(pooled.targets() instanceof Samples.Targets.Classes(int[] known, List<String> names))
                || !(test.targets() instanceof Samples.Targets.Classes(int[] held, List<String> same))) {
            throw new BadInputException(
                    "privacy.membership_inference: true (expected: false where numbers are predicted)");
        }
        this.members = pooled.count();
        this.pool = new Samples(
                pooled.shape(),
                Stream.of(pooled.features(), test.features())
                        .flatMap(Arrays::stream)
                        .toArray(float[][]::new),
                new Samples.Targets.Classes(
                        IntStream.concat(Arrays.stream(known), Arrays.stream(held))
                                .toArray(),
                        names));
    }

    Map<String, Object> measure(Weights model, Draws draws, Learner.Watch watch) {
        BitSet inside = new BitSet();
        inside.set(0, members);
        int[] trained = {0};
        MembershipInference attack = MembershipInference.attack(
                inside, scores(model), SHADOWS, LocalTraining.seedOf(draws.seed(), "shadows", 0), (half, seed) -> {
                    watch.tell(lines ->
                            lines.say("membership inference: shadow model " + ++trained[0] + " of " + SHADOWS));
                    return shadow(half, draws.another(seed), watch);
                });
        Map<String, Object> fields = new LinkedHashMap<>(fields(attack.online()));
        fields.put("attack", "LiRA, online");
        fields.put("shadow_models", attack.shadows());
        fields.put("members", members);
        fields.put("others", pool.count() - members);
        fields.put("threshold", fields(attack.threshold()));
        fields.put("offline", fields(attack.offline()));
        return fields;
    }

    private static Map<String, Object> fields(AttackResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("auc", result.auc());
        fields.put("tpr_at_fpr_0.01", result.truePositivesAtOnePercent());
        fields.put("tpr_at_fpr_0.001", result.truePositivesAtOnePerMille());
        return fields;
    }

    private double[] shadow(BitSet half, Draws draws, Learner.Watch watch) {
        TopologyPlan.Partition planned = topology.partition();
        Partition partition = PlannedSettings.partition(new TopologyPlan.Partition(
                planned.kind(), planned.alpha(), planned.imbalance(), planned.targetLabel(), null, null));
        List<SimulatedClient> clients = SimulatedClient.of(
                SimulatedClient.rows(pool, half.stream().toArray()), partition, topology.clients(), draws.seed());
        return scores(learner.learn(clients, draws, watch.aside()).weights());
    }

    /** Of each sample of the pool, how sure the model is of its label. */
    private double[] scores(Weights weights) {
        try (LocalTrainer evaluator = new LocalTrainer(data.network(), data.loss())) {
            float[][] outputs = evaluator
                    .evaluate(ParameterLayout.of(data.network()).flatten(weights), pool)
                    .outputs();
            int[] labels = ((Samples.Targets.Classes) pool.targets()).labels();
            return IntStream.range(0, outputs.length)
                    .mapToDouble(i -> outputs[i].length > 1
                            ? LogOdds.ofLogits(outputs[i], labels[i])
                            : (labels[i] == 1 ? outputs[i][0] : -outputs[i][0]))
                    .toArray();
        }
    }
}
