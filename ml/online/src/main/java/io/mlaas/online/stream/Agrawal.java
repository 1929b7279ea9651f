package io.mlaas.online.stream;

import io.mlaas.online.Input;
import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Applicants for a loan (Agrawal, Imielinski and Swami 1993): six numbers and three nominal inputs; ten functions say who
 * is in group A. Afterwards each number is moved by up to {@code perturbation} of its range, within its range.
 */
public final class Agrawal implements RowStream {
    static final int SALARY = 0;
    static final int COMMISSION = 1;
    static final int AGE = 2;
    static final int EDUCATION = 3;
    static final int CAR = 4;
    static final int ZIP_CODE = 5;
    static final int HOUSE_VALUE = 6;
    static final int HOUSE_YEARS = 7;
    static final int LOAN = 8;

    private static final Schema SCHEMA = new Schema(
            List.of(
                    new Input.Numeric("salary"),
                    new Input.Numeric("commission"),
                    new Input.Numeric("age"),
                    new Input.Nominal("education", numbers(5)),
                    new Input.Nominal("car", numbers(20)),
                    new Input.Nominal("zip_code", numbers(9)),
                    new Input.Numeric("house_value"),
                    new Input.Numeric("house_years"),
                    new Input.Numeric("loan")),
            new Target.Classification(List.of("group A", "group B")));

    private final RandomSource random;
    private final int function;
    private final double perturbation;

    /**
     * @param function 1 to 10
     * @param perturbation from 0 to 1; 0.05 is usual
     */
    public Agrawal(int function, double perturbation, long seed) {
        if (function < 1 || function > 10) {
            throw new IllegalArgumentException("function: " + function + " (expected: 1 to 10)");
        }
        random = new RandomSource(seed);
        this.function = function;
        this.perturbation = perturbation;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    @Override
    public Schema schema() {
        return SCHEMA;
    }

    @Override
    public int next(double[] row) {
        row[SALARY] = between(20_000, 150_000);
        row[COMMISSION] = row[SALARY] >= 75_000 ? 0 : between(10_000, 75_000);
        row[AGE] = 20 + random.nextInt(61);
        row[EDUCATION] = random.nextInt(5);
        row[CAR] = random.nextInt(20);
        row[ZIP_CODE] = random.nextInt(9);
        row[HOUSE_VALUE] = (9 - row[ZIP_CODE]) * 100_000 * between(0.5, 1.5);
        row[HOUSE_YEARS] = 1 + random.nextInt(30);
        row[LOAN] = between(0, 500_000);
        int label = AgrawalFunctions.groupA(function, row) ? 0 : 1;
        perturb(row);
        return label;
    }

    private void perturb(double[] row) {
        row[SALARY] = moved(row[SALARY], 20_000, 150_000);
        if (row[COMMISSION] > 0) {
            row[COMMISSION] = moved(row[COMMISSION], 10_000, 75_000);
        }
        row[AGE] = Math.rint(moved(row[AGE], 20, 80));
        row[HOUSE_VALUE] = moved(row[HOUSE_VALUE], 0, (9 - row[ZIP_CODE]) * 150_000);
        row[HOUSE_YEARS] = Math.rint(moved(row[HOUSE_YEARS], 1, 30));
        row[LOAN] = moved(row[LOAN], 0, 500_000);
    }

    private double moved(double value, double least, double most) {
        double move = (2 * random.nextDouble() - 1) * perturbation * (most - least);
        return Math.clamp(value + move, least, most);
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextDouble();
    }
}
