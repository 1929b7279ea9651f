package io.mlaas.privacy.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipInferenceTest {
    private static final int POOL = 400;
    private static final float[][] POINTS = points();
    private static final int[] LABELS = new Random(2).ints(POOL, 0, 2).toArray();

    @Test
    void findsWhomAModelLearnedByHeart() {
        MembershipInference attack = attack(MembershipInferenceTest::learnsByHeart);

        assertThat(attack.online().auc()).isGreaterThan(.95);
        assertThat(attack.offline().auc()).isGreaterThan(.9);
        assertThat(attack.online().truePositivesAtOnePercent()).isGreaterThan(.5);
    }

    @Test
    void findsNobodyInAModelThatLearnedNothing() {
        MembershipInference attack = attack((members, seed) ->
                new Random(seed).doubles(POOL, -1, 1).map(x -> x + 3).toArray());

        assertThat(attack.online().auc()).isCloseTo(.5, within(.1));
        assertThat(attack.offline().auc()).isCloseTo(.5, within(.1));
        assertThat(attack.threshold().auc()).isCloseTo(.5, within(.1));
        assertThat(attack.online().truePositivesAtOnePercent()).isLessThan(.1);
    }

    @Test
    void seesThroughExamplesThatAreHardForEveryModel() {
        // The certainty alone says mostly how hard an example is; against shadow models that is known.
        double[] hardness = new Random(5).doubles(POOL, -10, 10).toArray();
        MembershipInference attack = attack((members, seed) -> {
            Random random = new Random(seed);
            return IntStream.range(0, POOL)
                    .mapToDouble(i -> hardness[i] + (members.get(i) ? 2 : 0) + random.nextGaussian())
                    .toArray();
        });

        assertThat(attack.online().auc()).isGreaterThan(.85);
        assertThat(attack.offline().auc()).isGreaterThan(.85);
        assertThat(attack.threshold().auc()).isLessThan(.65);
    }

    @Test
    void theAreaCountsTiesHalfAndFalseAlarmsAreLimited() {
        BitSet members = new BitSet();
        members.set(0);
        members.set(2);
        AttackResult result = AttackResult.of(new double[] {3, 2, 2, 1}, members);
        // Of four pairs three are in order and one is a tie.
        assertThat(result.auc()).isEqualTo(3.5 / 4);
        assertThat(result.truePositivesAtOnePercent()).isEqualTo(.5);
        assertThatThrownBy(() -> AttackResult.of(new double[] {1, 2}, new BitSet()))
                .hasMessageContaining("members: 0 of 2 examples");
    }

    @Test
    void certaintyKeepsItsDigitsNearOne() {
        assertThat(LogOdds.ofLogits(new float[] {60, 0, 0}, 0)).isCloseTo(60 - Math.log(2), within(1e-5));
        assertThat(LogOdds.ofProbabilities(new float[] {.2f, .8f}, 1)).isCloseTo(Math.log(4), within(1e-6));
        assertThat(LogOdds.ofProbabilities(new float[] {0, 1}, 0)).isLessThan(-90);
    }

    private static MembershipInference attack(ShadowTrainer trainer) {
        BitSet members = new BitSet();
        new Random(11).ints(0, POOL).distinct().limit(POOL / 2).forEach(members::set);
        double[] target = trainer.train(members, 99);
        return MembershipInference.attack(members, target, 16, 1, trainer);
    }

    /** Nearest neighbour with a soft vote, on labels that nothing explains: right on what it has seen, else as often as not. */
    private static double[] learnsByHeart(BitSet members, long seed) {
        double[] scores = new double[POOL];
        for (int i = 0; i < POOL; i++) {
            double[] votes = {1e-3, 1e-3};
            for (int j = members.nextSetBit(0); j >= 0; j = members.nextSetBit(j + 1)) {
                double distance = Math.hypot(POINTS[i][0] - POINTS[j][0], POINTS[i][1] - POINTS[j][1]);
                votes[LABELS[j]] += Math.exp(-distance * 200);
            }
            scores[i] = Math.log(votes[LABELS[i]]) - Math.log(votes[1 - LABELS[i]]);
        }
        return scores;
    }

    private static float[][] points() {
        Random random = new Random(1);
        return IntStream.range(0, POOL)
                .mapToObj(i -> new float[] {random.nextFloat(), random.nextFloat()})
                .toArray(float[][]::new);
    }
}
