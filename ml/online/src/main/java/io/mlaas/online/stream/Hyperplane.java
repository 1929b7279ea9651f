package io.mlaas.online.stream;

import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.List;

/**
 * A rotating hyperplane (Hulten, Spencer and Domingos 2001): numbers from 0 to 1; the class says on which side of {@code
 * Σ wᵢ xᵢ = ½ Σ wᵢ} a row lies. After each row the first {@code drifting} weights move by {@code change}; each turns round
 * with probability {@code reversal}. A share of the classes, {@code noise}, is turned over.
 */
public final class Hyperplane implements RowStream {
    private final RandomSource random;
    private final Schema schema;
    private final double[] weights;
    private final int[] signs;
    private final int drifting;
    private final double change;
    private final double reversal;
    private final double noise;

    public Hyperplane(int inputs, int drifting, double change, double reversal, double noise, long seed) {
        random = new RandomSource(seed);
        schema = Schema.numeric(inputs, new Target.Classification(List.of("0", "1")));
        weights = new double[inputs];
        signs = new int[inputs];
        this.drifting = drifting;
        this.change = change;
        this.reversal = reversal;
        this.noise = noise;
        for (int i = 0; i < inputs; i++) {
            weights[i] = random.nextDouble();
            signs[i] = 1;
        }
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public int next(double[] inputs) {
        double sum = 0;
        double half = 0;
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = random.nextDouble();
            sum += weights[i] * inputs[i];
            half += weights[i] / 2;
        }
        int label = sum >= half ? 1 : 0;
        label = random.nextDouble() < noise ? 1 - label : label;
        for (int i = 0; i < drifting; i++) {
            weights[i] += signs[i] * change;
            if (random.nextDouble() < reversal) {
                signs[i] = -signs[i];
            }
        }
        return label;
    }
}
