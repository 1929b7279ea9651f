package io.mlaas.explanation;

/** Nodes and weights of the Gauss–Legendre rule on [0, 1]; Newton's method on Legendre's polynomials. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GaussLegendre(double[] nodes, double[] weights) {
    private static final int ITERATIONS = 100;

    static GaussLegendre of(int n) {
        double[] nodes = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 1;
            for (int k = 0; k < ITERATIONS; k++) {
                double[] p = legendre(n, x);
                slope = n * (x * p[0] - p[1]) / (x * x - 1);
                double step = p[0] / slope;
                x -= step;
                if (Math.abs(step) < 1e-16) {
                    break;
                }
            }
            nodes[n - 1 - i] = (1 + x) / 2;
            weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
        }
        return new GaussLegendre(nodes, weights);
    }

    /** P_n(x) and P_{n-1}(x). */
    private static double[] legendre(int n, double x) {
        double before = 1;
        double now = x;
        for (int k = 2; k <= n; k++) {
            double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
            before = now;
            now = next;
        }
        return new double[] {now, before};
    }
}
