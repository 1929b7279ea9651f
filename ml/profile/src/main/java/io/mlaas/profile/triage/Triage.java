package io.mlaas.profile.triage;

import io.mlaas.profile.ValueSkew;
import io.mlaas.profile.triage.TriageReport.DeviceFinding;
import io.mlaas.profile.triage.TriageReport.FeatureFinding;
import io.mlaas.profile.triage.TriageReport.Recommendation;
import io.mlaas.profile.triage.TriageReport.SegmentFinding;
import io.mlaas.statistics.skew.SkewFinding;
import io.mlaas.statistics.skew.SkewKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ranks what explains a fleet's drift and recommends what to do. The rules, in this order:
 * <ol>
 *   <li>no device drifted and none has values that point to a sensor: ignore;
 *   <li>at most a fifth of the devices are affected: they explain all of it, check their sensors;
 *   <li>at least half of them are affected, and most of those by values that only failing sensors have: check them;
 *   <li>otherwise the process changed: retrain where performance degraded, or where it is not known and half of the devices or
 *       more drifted; ignore where performance did not suffer.
 * </ol>
 */
public final class Triage {
    private static final double FEW = .2;
    private static final double MOST = .5;

    private final Fleet fleet;
    private final SortedMap<String, SortedMap<String, Double>> drift;
    private final double total;

    private Triage(Fleet fleet) {
        this.fleet = fleet;
        drift = DeviceDrift.of(fleet);
        total = drift.values().stream()
                .flatMap(features -> features.values().stream())
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    public static TriageReport of(Fleet fleet) {
        return new Triage(fleet).report();
    }

    private TriageReport report() {
        List<DeviceFinding> devices = devices();
        List<FeatureFinding> features = features();
        List<SegmentFinding> segments = segments(devices);
        List<String> sensors = sensors(devices, features);
        Verdict verdict = new Verdict(fleet, drift.size(), devices, features, sensors);
        Recommendation recommendation = verdict.recommendation(FEW, MOST);
        if (recommendation == Recommendation.CHECK_SENSORS) {
            sensors = devices.stream().map(DeviceFinding::device).toList();
        }
        return new TriageReport(recommendation, verdict.sentence(recommendation), sensors, features, devices, segments);
    }

    private List<DeviceFinding> devices() {
        List<DeviceFinding> found = new ArrayList<>();
        new TreeMap<>(fleet.devices()).forEach((device, window) -> {
            SortedMap<String, Double> effects = drift.getOrDefault(device, new TreeMap<>());
            List<SkewFinding> skews = ValueSkew.between(fleet.reference(device), window).stream()
                    .filter(skew -> !Chance.mayBe(skew, fleet, device))
                    .toList();
            if (!effects.isEmpty()
                    || skews.stream().anyMatch(skew -> skew.kind().pointsToSensor())) {
                double share = share(effects.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum());
                found.add(new DeviceFinding(
                        device, List.copyOf(effects.keySet()), share, skews, sentence(device, effects, share, skews)));
            }
        });
        found.sort(Comparator.comparing(DeviceFinding::sensor)
                .thenComparingDouble(DeviceFinding::share)
                .reversed());
        return List.copyOf(found);
    }

    private static String sentence(
            String device, SortedMap<String, Double> effects, double share, List<SkewFinding> skews) {
        List<String> parts = new ArrayList<>();
        if (!effects.isEmpty()) {
            parts.add("%s drifted (%s of the fleet's drift)"
                    .formatted(String.join(", ", effects.keySet()), Verdict.percent(share)));
        }
        skews.stream().map(SkewFinding::sentence).forEach(parts::add);
        return device + ": " + String.join("; ", parts);
    }

    /**
     * Devices that fail as only sensors do. Where most devices show it, what shows it is the process, unless it is stuck; and
     * where a feature drifted on most devices, that some of them are beyond its old range is the process as well.
     */
    private List<String> sensors(List<DeviceFinding> devices, List<FeatureFinding> features) {
        Set<String> changed = features.stream()
                .filter(feature -> feature.devices() >= MOST * fleet.devices().size())
                .map(FeatureFinding::feature)
                .collect(Collectors.toSet());
        TreeMap<String, Integer> seen = new TreeMap<>();
        for (DeviceFinding device : devices) {
            signs(device).map(Triage::key).distinct().forEach(sign -> seen.merge(sign, 1, Integer::sum));
        }
        return devices.stream()
                .filter(device -> signs(device)
                        .anyMatch(sign -> sign.kind() == SkewKind.STUCK
                                || (seen.getOrDefault(key(sign), 0)
                                                <= FEW * fleet.devices().size()
                                        && !(sign.kind() == SkewKind.OUT_OF_RANGE && changed.contains(sign.column())))))
                .map(DeviceFinding::device)
                .toList();
    }

    private static Stream<SkewFinding> signs(DeviceFinding device) {
        return device.skews().stream().filter(skew -> skew.kind().pointsToSensor());
    }

    private static String key(SkewFinding sign) {
        return sign.kind() + " " + sign.column();
    }

    private List<FeatureFinding> features() {
        SortedMap<String, double[]> sums = new TreeMap<>();
        drift.values()
                .forEach(effects -> effects.forEach((feature, effect) -> {
                    double[] sum = sums.computeIfAbsent(feature, key -> new double[2]);
                    sum[0]++;
                    sum[1] += effect;
                }));
        int devices = fleet.devices().size();
        return sums.entrySet().stream()
                .map(entry -> {
                    int drifted = (int) entry.getValue()[0];
                    double share = share(entry.getValue()[1]);
                    return new FeatureFinding(
                            entry.getKey(),
                            drifted,
                            entry.getValue()[1] / devices,
                            share,
                            "%s drifted on %d of %d devices: %s of the fleet's drift"
                                    .formatted(entry.getKey(), drifted, devices, Verdict.percent(share)));
                })
                .sorted(Comparator.comparingDouble(FeatureFinding::share).reversed())
                .toList();
    }

    private List<SegmentFinding> segments(List<DeviceFinding> devices) {
        SortedMap<String, double[]> sums = new TreeMap<>();
        for (String device : fleet.devices().keySet()) {
            for (String segment : above(device)) {
                sums.computeIfAbsent(segment, key -> new double[3])[0]++;
            }
        }
        for (DeviceFinding device : devices) {
            for (String segment : above(device.device())) {
                double[] sum = sums.computeIfAbsent(segment, key -> new double[3]);
                sum[1]++;
                sum[2] += device.share();
            }
        }
        return sums.entrySet().stream()
                .filter(entry -> entry.getValue()[0] > 1 && entry.getValue()[1] > 0)
                .map(entry -> segment(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(
                                (SegmentFinding segment) -> (double) segment.affected() / segment.devices())
                        .thenComparingDouble(SegmentFinding::share)
                        .reversed())
                .toList();
    }

    private static SegmentFinding segment(String name, double... sums) {
        return new SegmentFinding(
                name,
                (int) sums[0],
                (int) sums[1],
                sums[2],
                "%s: %d of %d devices, %s of the fleet's drift"
                        .formatted(name, (int) sums[1], (int) sums[0], Verdict.percent(sums[2])));
    }

    private static List<String> above(String device) {
        List<String> levels = new ArrayList<>();
        for (int end = device.indexOf('/'); end >= 0; end = device.indexOf('/', end + 1)) {
            levels.add(device.substring(0, end));
        }
        return levels;
    }

    private double share(double effects) {
        return total == 0 ? 0 : effects / total;
    }
}
