package io.mlaas.learning.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventsWithoutKafkaTest {
    private static final Schema SCHEMA = new Schema(
            List.of(new Input.Numeric("a"), new Input.Tensor("w", List.of(2, 1))),
            new Target.Regression(List.of("y", "z")));

    private static PredictionEvent event(int rows) {
        return new PredictionEvent(
                "e",
                new PredictionEvent.Model(new UUID(0, 1), new UUID(0, 2), "pump-7", SCHEMA),
                new PredictionEvent.State(3, 1, 90),
                "device-1",
                rows,
                new double[3 * rows],
                new double[2 * rows],
                0.25,
                Instant.EPOCH,
                null,
                Map.of(),
                ends(2 * rows));
    }

    private static PredictionEvent.Ends ends(int count) {
        double[] upper = new double[count];
        Arrays.setAll(upper, i -> i + 1);
        return new PredictionEvent.Ends(Arrays.stream(upper).map(x -> -x).toArray(), upper);
    }

    @Test
    void dropsAndCountsWhatItHasNoRoomForAndNeverWaits() {
        KafkaProperties kafka = new KafkaProperties();
        // Nothing listens there.
        kafka.setBootstrapServers(List.of("127.0.0.1:1"));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        EventProperties properties = new EventProperties("t", 1, (short) 1, Duration.ofDays(1), DataSize.ofBytes(4096));
        PredictionEvents events = new PredictionEvents(kafka, properties, meters);
        events.start();
        try {
            for (int i = 0; i < 1000; i++) {
                events.tell(event(2));
            }
            double dropped = meters.get("mlaas.learning.events.dropped")
                    .tag("reason", "no_room")
                    .counter()
                    .count();
            assertThat(dropped).isBetween(900.0, 1000.0);
        } finally {
            events.stop();
        }
    }

    @Test
    void leavesOutWhatKafkaWouldNotTake() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        EventProperties properties =
                new EventProperties("t", 1, (short) 1, Duration.ofDays(1), DataSize.ofMegabytes(1));
        PredictionEvents events = new PredictionEvents(new KafkaProperties(), properties, meters);

        assertThat(events.message(event(2))).hasSize(1);
        assertThat(events.message(event(100_000))).isEmpty();
        assertThat(meters.get("mlaas.learning.events.dropped")
                        .tag("reason", "too_large")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void writesTensorsFlatAndNumbersThatJsonHasNotAsNull() {
        PredictionEvent event = event(2);
        event.inputs()[1] = 7;
        event.answer()[3] = Double.NaN;

        JsonNode data = JsonMapper.shared().readTree(event.json()).path("data");

        assertThat(data.path("names").toString()).isEqualTo("[\"a\",\"w_1\",\"w_2\"]");
        assertThat(data.path("instances").toString()).isEqualTo("[[0.0,7.0,0.0],[0.0,0.0,0.0]]");
        assertThat(data.path("predictions").toString()).isEqualTo("[[0.0,0.0],[0.0,null]]");
        assertThat(data.path("lower").toString()).isEqualTo("[[-1.0,-2.0],[-3.0,-4.0]]");
        assertThat(data.path("upper").toString()).isEqualTo("[[1.0,2.0],[3.0,4.0]]");
        assertThat(data.has("probabilities")).isFalse();
        assertThat(data.path("device").asString()).isEqualTo("device-1");
        assertThat(data.path("digest").asString()).isEqualTo(event(1).digest());
    }
}
