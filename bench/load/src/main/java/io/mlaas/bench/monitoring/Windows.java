package io.mlaas.bench.monitoring;

import io.mlaas.bench.Await;
import io.mlaas.bench.GatewayClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** Some hours of the day before yesterday, of which a monitor reports as soon as something of them came. */
record Windows(Instant first, int count) {
    static final String DOCUMENT = "{\"event_time\": \"PT1H\", \"lateness\": \"PT0S\", \"idle\": \"PT1S\"}";
    private static final Duration LONGEST = Duration.ofMinutes(8);
    private static final int HOUR = 3600;

    static Windows of(int count) {
        return new Windows(Instant.now().truncatedTo(ChronoUnit.DAYS).minus(2, ChronoUnit.DAYS), count);
    }

    /** A time in one of them. */
    Instant time(int number) {
        return first.plusSeconds((long) number % count * HOUR + number / count % HOUR);
    }

    LongStream numbers() {
        return LongStream.range(0, count).map(i -> first.getEpochSecond() / HOUR + i);
    }

    /** Waits until every window's report is of all that came. */
    void awaitReports(Monitoring monitoring, UUID monitor) throws Exception {
        Await.until("reports of all there is", LONGEST, Duration.ofSeconds(1), () -> {
            try {
                Answer status = monitoring.get("/monitors/" + monitor + "/status");
                int current = 0;
                for (JsonNode window : status.body().path("windows")) {
                    current += window.path("current").asBoolean() ? 1 : 0;
                }
                return current == count;
            } catch (IOException e) {
                return false;
            }
        });
    }
}
