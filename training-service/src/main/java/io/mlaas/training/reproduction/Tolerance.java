package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionTolerance;
import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.api.sharing.ReproductionVerdict.Metric;
import io.mlaas.training.job.Trials.Made;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether runs that made other bytes are near enough to the registered one, as it was declared beforehand. */
final class Tolerance {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<Metric> metrics = new ArrayList<>();
    private final List<String> limits = new ArrayList<>();
    private final boolean holds;

    /** @param registered what the registered run measured, as JSON */
    Tolerance(@Nullable ReproductionTolerance declared, @Nullable String registered, List<Made> differing) {
        if (declared == null) {
            this.holds = false;
            return;
        }
        Map<String, Double> wanted = declared.metrics() == null ? Map.of() : new TreeMap<>(declared.metrics());
        wanted.forEach((name, most) -> compare(name, most, registered, differing));
        boolean near = metrics.size() == wanted.size() && metrics.stream().allMatch(Metric::within);
        this.holds = near && (declared.tensors() == null || tensorsAreWithin(declared.tensors(), differing));
    }

    boolean holds() {
        return holds;
    }

    /** Each with the value that is furthest from the registered one. */
    List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    List<String> limits() {
        return List.copyOf(limits);
    }

    private void compare(String name, double most, @Nullable String registered, List<Made> runs) {
        Optional<Double> before = number(registered, name);
        List<Double> after = runs.stream()
                .flatMap(run -> number(run.metrics(), name).stream())
                .toList();
        if (before.isEmpty() || after.size() < runs.size() || runs.isEmpty()) {
            limits.add("metric " + name + " was not told by "
                    + (before.isEmpty() ? "the registered run" : "every run that was made again"));
            return;
        }
        double furthest = after.stream()
                .max(Comparator.comparingDouble(value -> Math.abs(value - before.get())))
                .orElseThrow();
        metrics.add(new Metric(name, before.get(), furthest, most, Math.abs(furthest - before.get()) <= most));
    }

    /** By its path, such as {@code held_out.accuracy}, or by its name alone, wherever it is first. */
    private static Optional<Double> number(@Nullable String metrics, String name) {
        if (metrics == null) {
            return Optional.empty();
        }
        JsonNode root = JSON.readTree(metrics);
        JsonNode found = root;
        for (String member : name.split("\\.", -1)) {
            found = found.path(member);
        }
        if (!found.isNumber()) {
            found = Optional.ofNullable(root.findValue(name)).orElse(found);
        }
        return found.isNumber() ? Optional.of(found.doubleValue()) : Optional.empty();
    }

    private static boolean tensorsAreWithin(double most, List<Made> differing) {
        return differing.stream().allMatch(run -> isWithin(most, run.difference()));
    }

    private static boolean isWithin(double most, @Nullable Difference difference) {
        return difference != null
                && difference.tensor() != null
                && difference.largestAbsolute() != null
                && difference.largestAbsolute() <= most;
    }
}
