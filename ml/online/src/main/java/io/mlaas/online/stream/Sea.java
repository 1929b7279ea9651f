package io.mlaas.online.stream;

import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.List;

/**
 * SEA concepts (Street and Kim 2001): three numbers from 0 to 10; the class says whether the first two add up to more than
 * 8, 9, 7 or 9.5 (functions 1 to 4); the third means nothing. A share of the classes, {@code noise}, is turned over.
 */
public final class Sea implements RowStream {
    private static final double[] THRESHOLDS = {8, 9, 7, 9.5};
    private static final Schema SCHEMA = Schema.numeric(3, new Target.Classification(List.of("0", "1")));

    private final RandomSource random;
    private final double threshold;
    private final double noise;

    /** @param function 1 to 4 */
    public Sea(int function, double noise, long seed) {
        random = new RandomSource(seed);
        threshold = THRESHOLDS[function - 1];
        this.noise = noise;
    }

    @Override
    public Schema schema() {
        return SCHEMA;
    }

    @Override
    public int next(double[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = 10 * random.nextDouble();
        }
        int label = inputs[0] + inputs[1] > threshold ? 1 : 0;
        return random.nextDouble() < noise ? 1 - label : label;
    }
}
