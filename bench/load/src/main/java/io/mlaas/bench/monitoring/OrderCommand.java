package io.mlaas.bench.monitoring;

import io.mlaas.bench.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same predictions and labels in order, and shuffled with everything twice: the same reports, byte for byte. */
@Command(
        name = "order",
        mixinStandardHelpOptions = true,
        description = {
            "Events and labels (a tenth of them corrected later) to one monitor in order; to a second one all of them twice,",
            "shuffled. Ends with 1 unless every window's report is the same, byte for byte."
        })
final class OrderCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofMinutes(8);

    @Option(names = "--events", defaultValue = "100000", description = "predictions (${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--windows", defaultValue = "4", description = "that they are of (${DEFAULT-VALUE})")
    private int windowCount;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(String topic, byte[] content) {}

    @Override
    public Integer call() throws Exception {
        Monitoring monitoring = new Monitoring();
        Windows windows = Windows.of(windowCount);
        String run = "order-" + Long.toString(System.currentTimeMillis(), 36);
        List<Message> ordered = messages(run + "-a", windows);
        List<Message> shuffled = new ArrayList<>(messages(run + "-b", windows));
        shuffled.addAll(List.copyOf(shuffled));
        Collections.shuffle(shuffled, new Random(11));
        UUID first = monitoring.make(run + "-a", 5, Windows.DOCUMENT);
        UUID second = monitoring.make(run + "-b", 5, Windows.DOCUMENT);
        try (Sender sender = new Sender(monitoring.kafka())) {
            ordered.forEach(message -> sender.send(message.topic, run + "-a", message.content));
            shuffled.forEach(message -> sender.send(message.topic, null, message.content));
            sender.flush();
        }
        Await.until(
                "all of it",
                LONGEST,
                Duration.ofSeconds(1),
                () -> taken(monitoring, first) >= ordered.size() && taken(monitoring, second) >= shuffled.size());
        windows.awaitReports(monitoring, first);
        windows.awaitReports(monitoring, second);
        int same = 0;
        int bytes = 0;
        long rows = 0;
        for (long window : windows.numbers().toArray()) {
            String expected = monitoring.reportText(first, window);
            same += expected.equals(monitoring.reportText(second, window)) ? 1 : 0;
            bytes += expected.length();
            rows += monitoring.report(first, window).body().path("rows").asLong();
        }
        System.out.printf(
                "%,d messages in order, %,d shuffled with all of them twice: %d of %d reports the same (%,d rows, %,d characters)%n",
                ordered.size(), shuffled.size(), same, windowCount, rows, bytes);
        return same == windowCount && rows == count ? 0 : 1;
    }

    private static long taken(Monitoring monitoring, UUID monitor) throws Exception {
        Monitoring.Counts counts = monitoring.counts(monitor);
        return counts.rows() + counts.labels();
    }

    private List<Message> messages(String learner, Windows windows) {
        // the events of both are the same but for whom they are about
        Events events = new Events(learner, 1, 5);
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var at = windows.time(i);
            all.add(new Message(Monitoring.INFERENCE, events.predicted("e" + i, i, at)));
            all.add(new Message(
                    Monitoring.FEEDBACK, events.labelled("l" + i, "e" + i, Math.sin(i), at.plusSeconds(1))));
            if (i % 10 == 0) {
                all.add(new Message(
                        Monitoring.FEEDBACK, events.labelled("m" + i, "e" + i + "#0", Math.cos(i), at.plusSeconds(2))));
            }
        }
        return all;
    }
}
