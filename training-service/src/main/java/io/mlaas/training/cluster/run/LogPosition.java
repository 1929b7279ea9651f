package io.mlaas.training.cluster.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the logs of a training's containers have been copied.
 *
 * @param end of the job's log when that was noted; -1 before the first copy
 */
record LogPosition(Map<String, Source> sources, long end) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Source BEGINNING = new Source("", 0, false);

    /**
     * @param time of the latest line, as Kubernetes writes it
     * @param count of lines of just that time
     * @param done whether the container ended before its log was read the last time
     */
    record Source(String time, int count, boolean done) {

        /**
         * Adds the lines that are new to {@code fresh}, without their times.
         *
         * @param text lines that begin with their times, from somewhat before this source's time on
         */
        Source readOn(String text, StringBuilder fresh) {
            Source next = this;
            int known = 0;
            for (String line : text.lines().toList()) {
                int space = line.indexOf(' ');
                String at = space < 0 ? line : line.substring(0, space);
                int order = time.isEmpty() ? 1 : compare(at, time);
                // several lines may have the same time
                if (order < 0 || (order == 0 && ++known <= count)) {
                    continue;
                }
                fresh.append(space < 0 ? "" : line.substring(space + 1)).append('\n');
                next = new Source(at, at.equals(next.time) ? next.count + 1 : 1, false);
            }
            return next;
        }

        Source complete() {
            return new Source(time, count, true);
        }

        /** The fraction of a second has as many digits as it needs. */
        private static int compare(String a, String b) {
            return Instant.parse(a).compareTo(Instant.parse(b));
        }
    }

    LogPosition {
        sources = Map.copyOf(sources);
    }

    Source of(String container) {
        return sources.getOrDefault(container, BEGINNING);
    }

    LogPosition with(String container, Source source, long newEnd) {
        Map<String, Source> all = new TreeMap<>(sources);
        all.put(container, source);
        return new LogPosition(all, newEnd);
    }

    static LogPosition read(Path file) throws IOException {
        return Files.exists(file)
                ? JSON.readValue(Files.readString(file), LogPosition.class)
                : new LogPosition(Map.of(), -1);
    }

    void write(Path file) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(written, JSON.writeValueAsString(this));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
