package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.learning.log.LearningLog;
import io.mlaas.learning.log.LearningLog.Position;
import io.mlaas.learning.log.LogEntry;
import io.mlaas.learning.stream.Outgoing;
import io.mlaas.online.Batch;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A learner that cannot go on holds up no other one, and loses nothing. */
class FailingLearnerTest extends RunningService {
    /** Of no running instance. */
    private static final int PARTITION = 77;

    private static final String RULES = "{\"batch_size\": 4, \"validation_share\": 0.25, \"validation_window\": 8,"
            + " \"compare_every\": 2, \"min_gain\": 0}";

    @Autowired
    private LearnerRepository learners;

    @Autowired
    private Backends backends;

    @Autowired
    private CheckpointRepository checkpoints;

    @Autowired
    private BehindRepository behind;

    @Autowired
    private Outcomes outcomes;

    @Autowired
    private Outgoing outgoing;

    @Autowired
    private LearningLog log;

    @Autowired
    private LearningProperties properties;

    @AfterEach
    void isThereAgain() {
        FragileAlgorithm.away = false;
    }

    private UUID make(String name, String algorithm) throws Exception {
        Answer made = post("/learners", """
                {"name": "%s", "algorithm": "%s",
                 "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.05}},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
                            "target": {"type": "regression", "outputs": ["y"]}},
                 "update": %s}
                """.formatted(name, algorithm, RULES));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return UUID.fromString(made.body().path("learner_id").asString());
    }

    @Test
    void stopsAloneAndLearnsLaterWhatItMissed() throws Exception {
        make("fragile", "fragile");
        make("twin", "linear");
        update("fragile", 0);
        update("twin", 0);
        String neighbour = neighbourOf("fragile");

        FragileAlgorithm.away = true;
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> update("fragile", 40));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        get("/learners/fragile").body().path("state").asString())
                .isEqualTo("FAILED"));
        assertThat(update(neighbour, 40)).isEqualTo(200);
        Answer told = get("/learners/fragile");
        assertThat(told.body().at("/behind/reason").asString()).isEqualTo("the process beside it cannot be started");
        assertThat(told.body().at("/behind/next_attempt_at").asString()).isNotEmpty();
        assertThat(waiting.get()).isEqualTo(202);

        FragileAlgorithm.away = false;
        Answer resumed = send("PATCH", "/learners/fragile", "{\"state\": \"RUNNING\"}", TestIdentity.acmeScientist());
        assertThat(resumed.status()).as(resumed.text()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(get("/learners/fragile").body().has("behind")).isFalse();
            assertThat(get("/learners/fragile").body().path("state").asString()).isEqualTo("RUNNING");
        });
        update("twin", 40);
        assertThat(update("fragile", 80)).isEqualTo(200);
        update("twin", 80);
        String asked = "{\"instances\": [[0.3, 0.7], [-1, 2]]}";
        assertThat(post("/learners/fragile/predict", asked).body())
                .isEqualTo(post("/learners/twin/predict", asked).body());
    }

    private int update(String name, int from) {
        try {
            return post("/learners/" + name + "/update", rows(from, 40, 2)).status();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another one of the same partition. */
    private String neighbourOf(String name) throws Exception {
        for (int i = 0; i < 100; i++) {
            String other = regression("neighbour-" + i, RULES);
            assertThat(update(other, 0)).isEqualTo(200);
            await().untilAsserted(() -> assertThat(partition(other)).isPresent());
            if (partition(other).equals(partition(name))) {
                return other;
            }
        }
        throw new IllegalStateException("a hundred learners of other partitions");
    }

    private java.util.Optional<Integer> partition(String name) {
        return jdbc.sql("""
                select c.log_partition from checkpoint c join learner l on l.id = c.learner_id
                where l.name = :name and l.state <> 'DELETED'
                """).param("name", name).query(Integer.class).optional();
    }

    private Learning instance() {
        return new Learning(
                learners,
                backends,
                checkpoints,
                behind,
                outcomes,
                outgoing,
                log,
                properties,
                new SimpleMeterRegistry());
    }

    /** What reads a log of two learners, in memory, and is killed at times. */
    private final class Instance {
        private final List<LogEntry> entries;
        private final Learning learning = instance();
        private long next = learning.resumeAt(PARTITION);

        Instance(List<LogEntry> entries) {
            this.entries = entries;
        }

        void read() {
            learning.read(new Position(PARTITION, next), entries.get((int) next));
            next++;
        }

        void checkpoint() {
            learning.checkpoint(Map.of(PARTITION, next));
        }

        void catchUp() {
            Map<UUID, Position> from = learning.behind();
            Set<UUID> together = new HashSet<>(from.keySet());
            long first =
                    from.values().stream().mapToLong(Position::offset).min().orElse(next);
            for (long offset = first; offset < next; offset++) {
                LogEntry entry = entries.get((int) offset);
                if (together.contains(entry.learner())
                        && !learning.readBehind(new Position(PARTITION, offset), entry)) {
                    together.remove(entry.learner());
                }
            }
            together.forEach(learning::caughtUp);
        }

        boolean isDone() {
            if (next < entries.size()) {
                return false;
            }
            checkpoint();
            return behind.of(PARTITION).isEmpty();
        }
    }

    @Test
    void isKilledAtAnyEntryAndEndsInTheSameState() throws Exception {
        for (long seed = 0; seed < 6; seed++) {
            UUID fragile = make("killed-" + seed, "fragile");
            UUID other = make("other-" + seed, "linear");
            List<LogEntry> entries = entries(fragile, other);
            byte[] undisturbed = undisturbed(entries, fragile);
            byte[] undisturbedOther = undisturbed(entries, other);

            SplittableRandom random = new SplittableRandom(seed);
            Instance instance = new Instance(entries);
            for (int step = 0; !instance.isDone(); step++) {
                FragileAlgorithm.away = step < 150 && random.nextInt(3) == 0;
                if (instance.next < entries.size() && random.nextInt(3) > 0) {
                    instance.read();
                }
                if (random.nextInt(2) == 0) {
                    instance.catchUp();
                }
                if (random.nextInt(4) == 0) {
                    instance.checkpoint();
                }
                if (random.nextInt(8) == 0) {
                    instance = new Instance(entries);
                }
            }

            assertThat(checkpoints.find(fragile).orElseThrow().state()).isEqualTo(undisturbed);
            assertThat(checkpoints.find(other).orElseThrow().state()).isEqualTo(undisturbedOther);
            assertThat(behind.of(PARTITION)).isEmpty();
            jdbc.sql("delete from log_position where log_partition = 77").update();
        }
    }

    private List<LogEntry> entries(UUID fragile, UUID other) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            SplittableRandom random = new SplittableRandom(i);
            if (i % 20 == 10) {
                entries.add(slower(fragile, 1.0 / i));
                entries.add(slower(other, 1.0 / i));
            }
            double[] inputs = random.doubles(10, -1, 1).toArray();
            double[] targets = random.doubles(5, -1, 1).toArray();
            entries.add(new LogEntry.Rows(
                    random.nextInt(2) == 0 ? fragile : other, UUID.randomUUID(), new Batch(5, inputs, targets)));
        }
        return entries;
    }

    private LogEntry slower(UUID id, double rate) {
        StoredLearner stored = learners.find(id).orElseThrow();
        JsonNode patch = json.readTree("{\"update\": {\"batch_size\": 3, \"learning_rate\": " + rate + "}}");
        LearnerDocument document =
                stored.document().changed(new ConfigurationFields(patch, "$"), backends.of(stored.organizationId()));
        return new LogEntry.Changed(id, UUID.randomUUID(), new Change(document, LearnerState.RUNNING).text());
    }

    private byte[] undisturbed(List<LogEntry> entries, UUID id) {
        StoredLearner stored = learners.find(id).orElseThrow();
        ActiveLearner learner = new ActiveLearner(stored.document(), backends.of(stored.organizationId()));
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).learner().equals(id)) {
                switch (entries.get(i)) {
                    case LogEntry.Rows rows -> learner.learn(i, rows.batch());
                    case LogEntry.Changed changed ->
                        learner.follow(Change.parse(changed.text()).document());
                    default -> throw new IllegalStateException();
                }
            }
        }
        return learner.state();
    }
}
