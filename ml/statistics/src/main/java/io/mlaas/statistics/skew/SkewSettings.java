package io.mlaas.statistics.skew;

/**
 * From when on something is a finding.
 *
 * @param missing by how much the share of missing values has grown, significantly so (z, p &lt; 0.01)
 * @param category share of the values that are in new categories; more than that
 * @param margin how far beyond least and greatest of the reference a number may be, in terms of their distance
 * @param outside share of the numbers beyond that; more than that
 * @param run equal values on end, and three times the longest run of the reference
 * @param gap time without a value, in terms of the reference's median step, and one and a half times its longest gap
 * @param fit how much the quantiles' spread may differ from what a change of unit explains, as a share
 */
public record SkewSettings(
        double missing, double category, double margin, double outside, int run, double gap, double fit) {
    public static final SkewSettings DEFAULT = new SkewSettings(0.05, 0, 0.1, 0.001, 20, 3, 0.15);

    public SkewSettings {
        share("missing", missing);
        share("category", category);
        share("outside", outside);
        share("fit", fit);
        if (!(margin >= 0)) {
            throw new IllegalArgumentException("margin: " + margin + " (expected: >= 0)");
        }
        if (run < 2) {
            throw new IllegalArgumentException("run: " + run + " (expected: >= 2)");
        }
        if (!(gap >= 1)) {
            throw new IllegalArgumentException("gap: " + gap + " (expected: >= 1)");
        }
    }

    private static void share(String name, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(name + ": " + share + " (expected: at least 0, below 1)");
        }
    }
}
