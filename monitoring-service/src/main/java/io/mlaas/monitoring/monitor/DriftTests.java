package io.mlaas.monitoring.monitor;

/**
 * When data are said to drift.
 *
 * @param driftShare the part of the features that must drift for the dataset to
 * @param minRows with fewer rows nothing is said about drift
 */
public record DriftTests(double driftShare, int minRows) {

    static DriftTests read(Fields fields) {
        return new DriftTests(
                fields.number("drift_share", 0.5, 0, 1), (int) fields.integer("min_rows", 30, 2, 1_000_000));
    }
}
