package io.mlaas.profile.triage;

import io.mlaas.statistics.skew.SkewFinding;
import java.util.List;

/**
 * What explains the drift, the most important first.
 *
 * @param sentence why
 * @param checkSensorsOf devices whose sensors should be checked, also where the recommendation is another one
 * @param features those that drifted on at least one device
 * @param devices those that drifted, or whose values are not as they were
 * @param segments those with at least two devices, of which at least one is among {@code devices}
 */
public record TriageReport(
        Recommendation recommendation,
        String sentence,
        List<String> checkSensorsOf,
        List<FeatureFinding> features,
        List<DeviceFinding> devices,
        List<SegmentFinding> segments) {
    public enum Recommendation {
        /** The process changed and the model became worse: train it with what came since. */
        RETRAIN,
        /** A few devices explain it: the model is not to blame. */
        CHECK_SENSORS,
        /** Nothing changed that matters. */
        IGNORE
    }

    /**
     * @param devices on how many devices it drifted
     * @param effect the greatest difference of probability between reference and window over the devices where it drifted, on
     *     average over all devices
     * @param share of the whole drift that is this feature's
     */
    public record FeatureFinding(String feature, int devices, double effect, double share, String sentence) {}

    /**
     * @param device its path
     * @param features that drifted on it
     * @param share of the whole drift that is this device's
     * @param skews what its values have beyond drift
     */
    public record DeviceFinding(
            String device, List<String> features, double share, List<SkewFinding> skews, String sentence) {
        /** Whether it looks like a sensor that fails. */
        public boolean sensor() {
            return skews.stream().anyMatch(skew -> skew.kind().pointsToSensor());
        }
    }

    /**
     * @param segment a path above devices
     * @param devices how many it has
     * @param affected how many of them are among the findings
     */
    public record SegmentFinding(String segment, int devices, int affected, double share, String sentence) {}
}
