package io.mlaas.online.stream;

import static io.mlaas.online.stream.Agrawal.AGE;
import static io.mlaas.online.stream.Agrawal.COMMISSION;
import static io.mlaas.online.stream.Agrawal.EDUCATION;
import static io.mlaas.online.stream.Agrawal.HOUSE_VALUE;
import static io.mlaas.online.stream.Agrawal.HOUSE_YEARS;
import static io.mlaas.online.stream.Agrawal.LOAN;
import static io.mlaas.online.stream.Agrawal.SALARY;

/** The ten functions of Agrawal, Imielinski and Swami (1993), appendix A. Money is in thousands here. */
final class AgrawalFunctions {
    private static final double[] LOAN_IN_BAND = {100, 200, 300};
    private static final double[] LOAN_OUTSIDE = {200, 300, 100};

    private AgrawalFunctions() {}

    static boolean groupA(int function, double[] row) {
        double salary = row[SALARY] / 1000;
        double income = (row[SALARY] + row[COMMISSION]) / 1000;
        double loan = row[LOAN] / 1000;
        return switch (function) {
            case 1 -> generation(row) != 1;
            case 2 -> inBand(row, salary);
            case 3 -> educated(row);
            case 4 -> inBandOfEducation(row, salary);
            case 5 -> {
                double least = (inBand(row, salary) ? LOAN_IN_BAND : LOAN_OUTSIDE)[generation(row)];
                yield loan >= least && loan <= least + 200;
            }
            case 6 -> inBand(row, income);
            case 7 -> 2 * income / 3 - loan / 5 - 20 > 0;
            case 8 -> 2 * income / 3 - 5 * row[EDUCATION] - 20 > 0;
            case 9 -> 2 * income / 3 - 5 * row[EDUCATION] - loan / 5 - 10 > 0;
            default -> 2 * income / 3 - 5 * row[EDUCATION] + equity(row) / 5 - 10 > 0;
        };
    }

    /** 0 below 40, 1 below 60, otherwise 2. */
    private static int generation(double[] row) {
        return row[AGE] < 40 ? 0 : row[AGE] < 60 ? 1 : 2;
    }

    private static boolean inBand(double[] row, double money) {
        return switch (generation(row)) {
            case 0 -> money >= 50 && money <= 100;
            case 1 -> money >= 75 && money <= 125;
            default -> money >= 25 && money <= 75;
        };
    }

    private static boolean educated(double[] row) {
        int generation = generation(row);
        return row[EDUCATION] >= generation && row[EDUCATION] <= (generation == 0 ? 1 : generation + 2);
    }

    /** Function 4: which band it is depends on education, and for each generation in another way. */
    private static boolean inBandOfEducation(double[] row, double salary) {
        double least =
                switch (generation(row)) {
                    case 0 -> educated(row) ? 25 : 50;
                    case 1 -> educated(row) ? 50 : 75;
                    default -> educated(row) ? 50 : 25;
                };
        return salary >= least && salary <= least + 50;
    }

    private static double equity(double[] row) {
        return row[HOUSE_YEARS] < 20 ? 0 : row[HOUSE_VALUE] / 1000 * (row[HOUSE_YEARS] - 20) / 10;
    }
}
