package io.mlaas.stack.energy;

import io.mlaas.energy.forecast.Window;
import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.stack.demo.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Publishes what meters read in a time, some hours after some hours: the next when learners have read those before. A broker
 * keeps a thousand messages or so for those who are slow, and drops what is more.
 */
final class Publishing {
    private static final Duration SHOWN_EVERY = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofHours(12);
    private static final Duration UNTIL_THE_FIRST_FORECAST = Duration.ofHours(Window.IN);

    private final EnergyPlatform platform;
    private final Story story;
    private final Duration block;
    private long shown = System.nanoTime();

    Publishing(EnergyPlatform platform, Story story, Duration block) {
        this.platform = platform;
        this.story = story;
        this.block = block;
    }

    /** @return what was published, in words */
    String publish(MeterConnection meters, List<Meter> of, Instant from, Duration length, List<String> learners)
            throws Exception {
        long begun = System.nanoTime();
        long bytes = meters.bytes();
        long messages = of.size() * (length.dividedBy(block) + 1);
        for (Duration done = Duration.ZERO; done.compareTo(length) < 0; done = done.plus(AT_ONCE)) {
            boolean last = done.plus(AT_ONCE).compareTo(length) >= 0;
            Instant at = from.plus(done);
            // one second more completes the last hour
            meters.publish(of, at, last ? length.minus(done).plus(Duration.ofSeconds(1)) : AT_ONCE, block, sent -> {});
            Instant until = last ? from.plus(length) : at.plus(AT_ONCE).minus(Duration.ofHours(1));
            if (!until.isBefore(Grid.START.plus(UNTIL_THE_FIRST_FORECAST))) {
                awaitLearned(until, learners);
            }
            show("published until " + until + learned(learners));
        }
        String published = String.format(
                Locale.ROOT,
                "%,d messages with %d s of readings each (%.0f MB), learned within %.0f s",
                messages,
                block.toSeconds(),
                (meters.bytes() - bytes) / 1e6,
                (System.nanoTime() - begun) / 1e9);
        story.show("published " + published);
        return published;
    }

    private void awaitLearned(Instant until, List<String> learners) throws Exception {
        for (String learner : learners) {
            platform.forecast(
                    learner,
                    until,
                    progress -> show("%s has learned %d windows"
                            .formatted(learner, progress.path("learned").asLong())));
        }
    }

    private String learned(List<String> learners) throws Exception {
        StringBuilder learned = new StringBuilder();
        for (String learner : learners) {
            JsonNode progress = platform.progress(learner);
            learned.append(", %s has learned %d windows"
                    .formatted(learner, progress.path("learned").asLong()));
        }
        return learned.toString();
    }

    private void show(String line) {
        if (System.nanoTime() - shown > SHOWN_EVERY.toNanos()) {
            shown = System.nanoTime();
            story.show(line);
        }
    }
}
