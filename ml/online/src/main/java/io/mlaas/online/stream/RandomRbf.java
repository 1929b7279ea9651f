package io.mlaas.online.stream;

import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.stream.IntStream;

/**
 * Random radial basis functions: centres in the unit cube, each with a class, a deviation and a weight, all uniform; a row
 * is a centre drawn by weight, moved in a random direction by a normal distance. Centres move by {@code speed} a row in
 * directions of their own and are reflected at the borders (0: they stay).
 */
public final class RandomRbf implements RowStream {
    private final RandomSource random;
    private final Schema schema;
    private final double[][] centres;
    private final double[][] directions;
    private final int[] classes;
    private final double[] deviations;
    private final double[] cumulative;
    private final double speed;

    public RandomRbf(int classes, int inputs, int centres, double speed, long seed) {
        random = new RandomSource(seed);
        schema = Schema.numeric(
                inputs,
                new Target.Classification(
                        IntStream.range(0, classes).mapToObj(String::valueOf).toList()));
        this.centres = new double[centres][inputs];
        this.directions = new double[centres][];
        this.classes = new int[centres];
        deviations = new double[centres];
        cumulative = new double[centres];
        this.speed = speed;
        double sum = 0;
        for (int c = 0; c < centres; c++) {
            for (int i = 0; i < inputs; i++) {
                this.centres[c][i] = random.nextDouble();
            }
            directions[c] = direction(inputs);
            this.classes[c] = random.nextInt(classes);
            deviations[c] = random.nextDouble();
            sum += random.nextDouble();
            cumulative[c] = sum;
        }
    }

    private double[] direction(int inputs) {
        double[] direction = new double[inputs];
        double squares = 0;
        for (int i = 0; i < inputs; i++) {
            direction[i] = 2 * random.nextDouble() - 1;
            squares += direction[i] * direction[i];
        }
        for (int i = 0; i < inputs; i++) {
            direction[i] /= Math.sqrt(squares);
        }
        return direction;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public int next(double[] inputs) {
        if (speed > 0) {
            move();
        }
        double drawn = random.nextDouble() * cumulative[cumulative.length - 1];
        int c = 0;
        while (cumulative[c] < drawn) {
            c++;
        }
        double[] direction = direction(inputs.length);
        double distance = random.nextGaussian() * deviations[c];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = centres[c][i] + direction[i] * distance;
        }
        return classes[c];
    }

    private void move() {
        for (int c = 0; c < centres.length; c++) {
            for (int i = 0; i < centres[c].length; i++) {
                double moved = centres[c][i] + directions[c][i] * speed;
                if (moved < 0 || moved > 1) {
                    directions[c][i] = -directions[c][i];
                    moved = Math.clamp(moved, 0, 1);
                }
                centres[c][i] = moved;
            }
        }
    }
}
