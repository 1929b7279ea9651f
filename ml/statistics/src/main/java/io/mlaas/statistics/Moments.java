package io.mlaas.statistics;

/** Mean and central moments of a sample; the moments are divided by n. */
record Moments(int size, double mean, double second, double third, double fourth) {
    static Moments of(double[] sample) {
        double sum = 0;
        for (double value : sample) {
            sum += value;
        }
        double mean = sum / sample.length;
        double second = 0;
        double third = 0;
        double fourth = 0;
        for (double value : sample) {
            double square = (value - mean) * (value - mean);
            second += square;
            third += square * (value - mean);
            fourth += square * square;
        }
        int n = sample.length;
        return new Moments(n, mean, second / n, third / n, fourth / n);
    }

    /** With n - 1 in the denominator. */
    double standardDeviation() {
        return Math.sqrt(second * size / (size - 1.0));
    }
}
