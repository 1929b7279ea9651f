package io.mlaas.profile.triage;

import io.mlaas.profile.ColumnProfile;
import io.mlaas.statistics.skew.SkewFinding;
import java.util.Objects;

/**
 * Whether a finding may be one by chance, there being so many devices and features. Had n reference rows and m of the window the
 * same distribution, then the k most extreme (or the k missing) ones would all be in the window with a probability of at most
 * (m / (m + n))^k: it must be below a hundredth, divided by all columns of all devices.
 */
final class Chance {
    private static final double LEVEL = .01;

    private Chance() {}

    static boolean mayBe(SkewFinding skew, Fleet fleet, String device) {
        return switch (skew.kind()) {
            case OUT_OF_RANGE, MISSING_VALUES, NOT_FINITE -> skew.reference() == 0 && few(skew, fleet, device);
            default -> false;
        };
    }

    private static boolean few(SkewFinding skew, Fleet fleet, String device) {
        ColumnProfile before = fleet.reference(device).column(skew.column());
        ColumnProfile now = Objects.requireNonNull(fleet.devices().get(device)).column(skew.column());
        if (before == null || now == null) {
            return false;
        }
        double columns =
                (double) fleet.devices().size() * fleet.reference().columns().size();
        return skew.rows() * Math.log1p((double) before.rows() / now.rows()) < Math.log(columns / LEVEL);
    }
}
