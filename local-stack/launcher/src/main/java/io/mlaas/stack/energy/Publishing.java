package io.mlaas.stack.energy;

import io.mlaas.energy.grid.Meter;
import io.mlaas.stack.demo.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Publishes what meters read in a time, and waits until learners have read it. */
final class Publishing {
    private static final Duration SHOWN_EVERY = Duration.ofSeconds(5);

    private final EnergyPlatform platform;
    private final Story story;
    private final Duration block;
    private long shown = System.nanoTime();

    Publishing(EnergyPlatform platform, Story story, Duration block) {
        this.platform = platform;
        this.story = story;
        this.block = block;
    }

    /**
     * One second more than the length, which completes the last hour.
     *
     * @return what was published, in words
     */
    String publish(MeterConnection meters, List<Meter> of, Instant from, Duration length, List<String> learners)
            throws Exception {
        long begun = System.nanoTime();
        long bytes = meters.bytes();
        long messages = of.size() * (length.dividedBy(block) + 1);
        meters.publish(
                of,
                from,
                length.plus(Duration.ofSeconds(1)),
                block,
                sent -> show("published %,d of %,d messages".formatted(sent, messages)));
        String published = String.format(
                Locale.ROOT,
                "%,d messages with %d s of readings each (%.0f MB) in %.0f s",
                messages,
                block.toSeconds(),
                (meters.bytes() - bytes) / 1e6,
                (System.nanoTime() - begun) / 1e9);
        story.show("published " + published);
        for (String learner : learners) {
            platform.forecast(
                    learner,
                    from.plus(length),
                    progress -> show("%s has learned %d windows"
                            .formatted(learner, progress.path("learned").asLong())));
        }
        story.show("learned by %s %.0f s after the first message"
                .formatted(String.join(" and ", learners), (System.nanoTime() - begun) / 1e9));
        return published;
    }

    private void show(String line) {
        if (System.nanoTime() - shown > SHOWN_EVERY.toNanos()) {
            shown = System.nanoTime();
            story.show(line);
        }
    }
}
