package io.mlaas.privacy.attack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tells members of a model's training data from others, by shadow models: N. Carlini et al., "Membership Inference Attacks
 * From First Principles" (2022), LiRA. Shadow models come in pairs that share the pool between them, so that every example
 * is in one half of them. Deterministic by its seed.
 *
 * @param threshold by the model's certainty alone (S. Yeom et al. 2018), without shadow models: what anybody can do
 * @param offline the certainty against that of shadow models without the example, as if it were unknown when these were made
 * @param online its likelihood under shadow models with and without the example: the strongest
 */
public record MembershipInference(AttackResult threshold, AttackResult offline, AttackResult online, int shadows) {
    /** Below so many models of each kind, one variance is estimated for all examples (section IV.C). */
    private static final int OWN_VARIANCE = 32;

    private static final double LEAST_DEVIATION = 1e-6;

    /**
     * @param members the examples of the pool that the model under attack learned from
     * @param scores how sure it is of each example of the pool: {@link LogOdds}
     * @param shadows how many models to train, even, 4 or more
     */
    public static MembershipInference attack(
            BitSet members, double[] scores, int shadows, long seed, ShadowTrainer trainer) {
        if (shadows < 4 || shadows % 2 != 0) {
            throw new IllegalArgumentException("shadows: " + shadows + " (expected: an even number, 4 or more)");
        }
        AttackResult.checkScores(scores, scores.length);
        Observed observed = new Observed(scores.length, shadows / 2);
        Random random = new Random(seed);
        List<Integer> pool =
                new ArrayList<>(IntStream.range(0, scores.length).boxed().toList());
        for (int pair = 0; pair < shadows / 2; pair++) {
            Collections.shuffle(pool, random);
            BitSet half = new BitSet();
            pool.subList(0, pool.size() / 2).forEach(half::set);
            BitSet otherHalf = (BitSet) half.clone();
            otherHalf.flip(0, scores.length);
            observed.add(pair, half, trainer.train((BitSet) half.clone(), random.nextLong()));
            observed.add(pair, otherHalf, trainer.train((BitSet) otherHalf.clone(), random.nextLong()));
        }
        return new MembershipInference(
                AttackResult.of(scores, members),
                AttackResult.of(observed.offline(scores), members),
                AttackResult.of(observed.online(scores), members),
                shadows);
    }

    /** What the shadow models say of each example, those with it and those without. */
    private static final class Observed {
        private final double[][] in;
        private final double[][] out;

        Observed(int examples, int each) {
            in = new double[examples][each];
            out = new double[examples][each];
        }

        void add(int pair, BitSet members, double[] scores) {
            AttackResult.checkScores(scores, in.length);
            for (int i = 0; i < scores.length; i++) {
                (members.get(i) ? in : out)[i][pair] = scores[i];
            }
        }

        double[] offline(double[] scores) {
            double[] deviations = deviations(out);
            return IntStream.range(0, scores.length)
                    .mapToDouble(i -> (scores[i] - mean(out[i])) / deviations[i])
                    .toArray();
        }

        double[] online(double[] scores) {
            double[] deviationsIn = deviations(in);
            double[] deviationsOut = deviations(out);
            return IntStream.range(0, scores.length)
                    .mapToDouble(i -> logDensity(scores[i], mean(in[i]), deviationsIn[i])
                            - logDensity(scores[i], mean(out[i]), deviationsOut[i]))
                    .toArray();
        }

        private static double[] deviations(double[][] observed) {
            double[] variances = new double[observed.length];
            for (int i = 0; i < observed.length; i++) {
                double mean = mean(observed[i]);
                for (double score : observed[i]) {
                    variances[i] += (score - mean) * (score - mean) / (observed[i].length - 1);
                }
            }
            if (observed.length > 0 && observed[0].length < OWN_VARIANCE) {
                Arrays.fill(variances, mean(variances));
            }
            return Arrays.stream(variances)
                    .map(variance -> Math.max(Math.sqrt(variance), LEAST_DEVIATION))
                    .toArray();
        }

        private static double mean(double[] values) {
            return Arrays.stream(values).average().orElseThrow();
        }

        private static double logDensity(double x, double mean, double deviation) {
            double z = (x - mean) / deviation;
            return -Math.log(deviation) - z * z / 2;
        }
    }
}
