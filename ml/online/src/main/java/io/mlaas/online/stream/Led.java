package io.mlaas.online.stream;

import io.mlaas.online.Input;
import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Digits on seven segments (Breiman et al. 1984): each segment is turned over with probability {@code noise}; seventeen
 * random binary inputs follow, 24 in all. At 10 % noise nobody is right more often than 74 %. The first {@code swapped}
 * segments change places with random inputs, which makes another concept of it.
 */
public final class Led implements RowStream {
    private static final int SEGMENTS = 7;
    private static final int INPUTS = 24;
    private static final int[] DIGITS = {
        0b1110111, 0b0010010, 0b1011101, 0b1011011, 0b0111010, 0b1101011, 0b1101111, 0b1010010, 0b1111111, 0b1111011
    };
    private static final Schema SCHEMA = schemaOfDigits();

    private final RandomSource random;
    private final double noise;
    private final int swapped;

    public Led(double noise, int swapped, long seed) {
        random = new RandomSource(seed);
        this.noise = noise;
        this.swapped = swapped;
    }

    private static Schema schemaOfDigits() {
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            inputs.add(new Input.Nominal((i < SEGMENTS ? "segment" : "random") + i, List.of("off", "on")));
        }
        return new Schema(
                inputs,
                new Target.Classification(IntStream.range(0, DIGITS.length)
                        .mapToObj(String::valueOf)
                        .toList()));
    }

    @Override
    public Schema schema() {
        return SCHEMA;
    }

    @Override
    public int next(double[] inputs) {
        int digit = random.nextInt(DIGITS.length);
        for (int i = 0; i < SEGMENTS; i++) {
            int lit = DIGITS[digit] >> (SEGMENTS - 1 - i) & 1;
            inputs[i] = random.nextDouble() < noise ? 1 - lit : lit;
        }
        for (int i = SEGMENTS; i < INPUTS; i++) {
            inputs[i] = random.nextInt(2);
        }
        for (int i = 0; i < swapped; i++) {
            double segment = inputs[i];
            inputs[i] = inputs[SEGMENTS + i];
            inputs[SEGMENTS + i] = segment;
        }
        return digit;
    }
}
