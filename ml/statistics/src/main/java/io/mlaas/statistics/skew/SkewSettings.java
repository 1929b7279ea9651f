package io.mlaas.statistics.skew;

/**
 * From when on something is a finding.
 *
 * @param missing by how much the share of missing values has grown: significantly so (z, p &lt; 0.01), or from none at all
 * @param notFinite by how much the share of NaN and infinite values has grown
 * @param category share of the values that are in new categories; more than that
 * @param margin how far beyond least and greatest of the reference a number may be, in terms of their distance
 * @param outside share of the numbers beyond that; more than that
 * @param outsideRows how many they must be at least
 * @param run equal values on end, and three times the longest run of the reference
 * @param runShare share of the rows that the run must be
 * @param gap time without a value, in terms of the usual step, and twice the longest one that is known
 * @param fit how much the quantiles' spread may differ from what a change of unit explains, as a share
 */
public record SkewSettings(
        double missing,
        double notFinite,
        double category,
        double margin,
        double outside,
        int outsideRows,
        int run,
        double runShare,
        double gap,
        double fit) {
    public static final SkewSettings DEFAULT = new SkewSettings(0.05, 0.01, 0, 0.1, 0.001, 5, 20, 0.1, 10, 0.15);

    public SkewSettings {
        share("missing", missing);
        share("notFinite", notFinite);
        share("category", category);
        share("outside", outside);
        share("runShare", runShare);
        share("fit", fit);
        if (!(margin >= 0)) {
            throw new IllegalArgumentException("margin: " + margin + " (expected: >= 0)");
        }
        if (outsideRows < 1) {
            throw new IllegalArgumentException("outsideRows: " + outsideRows + " (expected: >= 1)");
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
