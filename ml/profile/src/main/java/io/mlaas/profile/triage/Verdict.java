package io.mlaas.profile.triage;

import io.mlaas.profile.triage.Fleet.Performance;
import io.mlaas.profile.triage.TriageReport.DeviceFinding;
import io.mlaas.profile.triage.TriageReport.FeatureFinding;
import io.mlaas.profile.triage.TriageReport.Recommendation;
import java.util.List;
import java.util.Locale;

/**
 * From findings to what to do.
 *
 * @param drifted devices with at least one feature that drifted
 * @param affected devices that drifted, or whose values are not as they were
 * @param sensors devices that fail as sensors do
 */
record Verdict(
        Fleet fleet, int drifted, List<DeviceFinding> affected, List<FeatureFinding> features, List<String> sensors) {

    Recommendation recommendation(double few, double most) {
        int devices = fleet.devices().size();
        if (affected.isEmpty()) {
            return Recommendation.IGNORE;
        }
        if (affected.size() <= Math.max(1, few * devices) && devices > 1) {
            return Recommendation.CHECK_SENSORS;
        }
        if (sensors.size() > most * affected.size()) {
            return Recommendation.CHECK_SENSORS;
        }
        Performance performance = fleet.performance();
        boolean retrain = performance == null ? drifted >= most * devices : performance.degraded() && drifted > 0;
        return retrain ? Recommendation.RETRAIN : Recommendation.IGNORE;
    }

    String sentence(Recommendation recommendation) {
        int devices = fleet.devices().size();
        if (affected.isEmpty()) {
            return "None of %d devices drifted. %s".formatted(devices, performance());
        }
        String where = "%d of %d devices are affected".formatted(affected.size(), devices);
        return switch (recommendation) {
            case CHECK_SENSORS ->
                "%s (%s): the others are as they were, so look at these sensors before the model. %s"
                        .formatted(
                                where,
                                names(affected.stream()
                                        .map(DeviceFinding::device)
                                        .toList()),
                                performance());
            case RETRAIN ->
                "%s drifted on %d of %d devices: the process itself changed. %s%s"
                        .formatted(leading(), drifted, devices, performance(), also());
            case IGNORE -> "%s, but the model does not suffer. %s%s".formatted(where, performance(), also());
        };
    }

    private String leading() {
        return names(features.stream().map(FeatureFinding::feature).toList());
    }

    private String also() {
        return sensors.isEmpty() ? "" : " Besides, check the sensors of " + names(sensors) + ".";
    }

    private String performance() {
        Performance known = fleet.performance();
        if (known == null) {
            return "How good the model is now is not known.";
        }
        String reference = Double.isNaN(known.reference())
                ? ""
                : String.format(Locale.ROOT, " (reference: %.4g)", known.reference());
        return String.format(
                Locale.ROOT,
                "%s is %.4g%s%s.",
                known.metric(),
                known.current(),
                reference,
                known.degraded() ? ", which is degraded" : "");
    }

    private static String names(List<String> names) {
        int shown = 5;
        return names.size() <= shown
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, shown)) + " and " + (names.size() - shown) + " more";
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }
}
