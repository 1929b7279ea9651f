package io.mlaas.bench.chaos;

import io.mlaas.bench.RunningStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** What each member of the stack holds, over time. */
final class Growth {

    /** @param minutes since the beginning */
    record Reading(double minutes, double memory, double files) {}

    private final Map<String, List<Reading>> readings = new LinkedHashMap<>();

    /** Reads every member; returns it in words. */
    String read(RunningStack stack, double minutes, boolean counts) throws IOException {
        StringJoiner held = new StringJoiner(", ");
        for (String member : stack.members()) {
            double megabytes = stack.memory(member) / 1e6;
            long files = openFiles(stack, member);
            if (counts) {
                readings.computeIfAbsent(member, name -> new ArrayList<>()).add(new Reading(minutes, megabytes, files));
            }
            held.add(String.format(Locale.ROOT, "%s %.0f MB %d files", member, megabytes, files));
        }
        return held.toString();
    }

    private static long openFiles(RunningStack stack, String member) throws IOException {
        Path open = Path.of(
                "/proc",
                Long.toString(stack.member(member).process().orElseThrow().pid()),
                "fd");
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        }
    }

    /** The median slope over all pairs (Theil 1950, Sen 1968), per hour; 0 for fewer than two readings. */
    static double perHour(List<double[]> timesAndValues) {
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < timesAndValues.size(); i++) {
            for (int j = i + 1; j < timesAndValues.size(); j++) {
                double[] first = timesAndValues.get(i);
                double[] second = timesAndValues.get(j);
                slopes.add(60 * (second[1] - first[1]) / (second[0] - first[0]));
            }
        }
        if (slopes.isEmpty()) {
            return 0;
        }
        slopes.sort(null);
        int middle = slopes.size() / 2;
        return slopes.size() % 2 == 1 ? slopes.get(middle) : (slopes.get(middle - 1) + slopes.get(middle)) / 2;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                "%-16s %8s %12s %12s %8s %14s%n",
                "member", "readings", "memory (MB)", "MB per hour", "files", "files per hour"));
        readings.forEach((member, all) -> text.append(String.format(
                Locale.ROOT,
                "%-16s %8d %12.0f %+12.1f %8.0f %+14.1f%n",
                member,
                all.size(),
                all.getLast().memory(),
                perHour(all.stream()
                        .map(one -> new double[] {one.minutes(), one.memory()})
                        .toList()),
                all.getLast().files(),
                perHour(all.stream()
                        .map(one -> new double[] {one.minutes(), one.files()})
                        .toList()))));
        return text.toString();
    }
}
