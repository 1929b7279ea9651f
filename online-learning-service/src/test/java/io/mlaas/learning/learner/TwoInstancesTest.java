package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.OnlineLearningApplication;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** Instances share the learners, and take over from one another. */
class TwoInstancesTest extends RunningService {
    private static final int LEARNERS = 12;

    /** Rows, by learner. */
    private final Map<String, Long> sent = new ConcurrentSkipListMap<>();

    @Autowired
    private Environment environment;

    @Test
    void shareTheLearnersAndTakeOver() throws Exception {
        for (int i = 0; i < LEARNERS; i++) {
            regression("shared-" + i, "{\"validation_share\": 0}");
        }
        try (ConfigurableApplicationContext other = another()) {
            int there = Integer.parseInt(String.valueOf(other.getEnvironment().getProperty("local.server.port")));
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                updateAll(port, there);
                // The first instance may have learners of other tests too.
                assertThat(active(other.getBean(MeterRegistry.class))).isBetween(1, LEARNERS - 1);
            });
            String asked = "{\"instances\": [[1, 1]]}";
            await().untilAsserted(() -> {
                for (int i = 0; i < LEARNERS; i++) {
                    assertThat(call(there, "/learners/shared-" + i + "/predict", asked)
                                    .body())
                            .isEqualTo(call(port, "/learners/shared-" + i + "/predict", asked)
                                    .body());
                }
                String latest = "{\"instances\": []}";
                assertThat(call(there, "/learners/shared-0/predict", latest).body())
                        .isEqualTo(
                                call(port, "/learners/shared-0/predict", latest).body());
            });
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(updateAll(port, port)).containsOnly(200));
        await().untilAsserted(() -> assertThat(learned()).isEqualTo(sent));
    }

    /** What each has learned, by name. */
    private Map<String, Long> learned() {
        Map<String, Long> learned = new TreeMap<>();
        jdbc.sql("""
                select l.name, cast(c.progress ->> 'learned' as bigint) as learned
                from checkpoint c join learner l on l.id = c.learner_id where l.name like 'shared-%'
                """).query(row -> {
            learned.put(row.getString("name"), row.getLong("learned"));
        });
        return learned;
    }

    /** Each by itself: one that another instance has is waited for in vain. */
    private List<Integer> updateAll(int first, int second) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> updates = new ArrayList<>();
            for (int i = 0; i < LEARNERS; i++) {
                String name = "shared-" + i;
                int at = i % 2 == 0 ? first : second;
                updates.add(() -> update(at, name));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> update : clients.invokeAll(updates)) {
                statuses.add(update.get());
            }
            return statuses;
        }
    }

    private int update(int at, String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = call(at, "/learners/" + name + "/update", rows(0, 10, 2));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
        sent.merge(name, 10L, Long::sum);
        return answer.statusCode();
    }

    private static int active(MeterRegistry meters) {
        return (int) meters.get("mlaas.learning.active").gauge().value();
    }

    private HttpResponse<String> call(int at, String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private ConfigurableApplicationContext another() {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (String name : List.of(
                "spring.datasource.url",
                "spring.datasource.username",
                "spring.datasource.password",
                "spring.kafka.bootstrap-servers",
                "mlaas.learning.log.topic",
                "mlaas.learning.log.partitions",
                "mlaas.learning.log.checkpoint-interval",
                "mlaas.security.issuer",
                "mlaas.security.jwk-set-uri",
                "mlaas.security.token-uri",
                "mlaas.security.client-secret")) {
            String value = environment.getProperty(name);
            if (value != null) {
                settings.put(name, value);
            }
        }
        settings.put("server.port", "0");
        settings.put("mlaas.learning.patience", "1s");
        return new SpringApplicationBuilder(OnlineLearningApplication.class)
                .run(settings.entrySet().stream()
                        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new));
    }
}
