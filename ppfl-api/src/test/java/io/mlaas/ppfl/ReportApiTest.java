package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Clients that were written from the reports. */
@ExtendWith(OutputCaptureExtension.class)
class ReportApiTest extends RunningService {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String FP = "net_name=digits-mlp&num_rounds=1&num_teachers=2&teacher_epochs=1&student_epochs=1"
            + "&batch_size=16&learning_rate=0.1&noise=laplacian&epsilon=0.3&sigma=0.1&num_queries=1000";
    private static final String ACCESS_KEY = "AKIA-not-to-be-seen";
    private static final String SECRET_KEY = "wJalr-not-to-be-seen-either";

    @Test
    void saysWhatTheReportsOwnExampleCostsAndTakesItFromThoseWhoMeanIt() throws Exception {
        Answer refused = form("/fp/", FP);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.detail()).contains("$.epsilon: epsilon 272.4 at delta 1.0E-5 in all");
        assertThat(form("/fp/", FP + "&noise_data=1000").detail())
                .contains("$.noise_data: 1000 (expected: fewer than num_queries, which is 1000)");

        Answer taken = form("/fp/", FP + "&accept_weak_privacy=true");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.body().path("num_teachers").asInt()).isEqualTo(2);
        assertThat(taken.body().path("learning_rate").asDouble()).isEqualTo(0.1);
        assertThat(taken.body().path("status").asString()).isEqualTo("REQUESTED");
        assertThat(taken.body().path("privacy").path("warning").asString()).contains("272.4");

        String id = taken.body().path("id").asString();
        JsonNode plan = get("/federations/" + id).body().path("plan");
        assertThat(plan.path("engine").asString()).isEqualTo("fedpate");
        assertThat(plan.path("privacy").path("epsilon").asDouble()).isEqualTo(0.6);
        assertThat(plan.path("privacy").path("queries").asInt()).isEqualTo(1000);
        assertThat(get("/fp/" + id + "/").body().path("num_queries").asInt()).isEqualTo(1000);
        assertThat(get("/fp/").text()).contains(id);
        assertThat(get("/tff/" + id).code()).isEqualTo("FEDERATION_UNKNOWN");
        assertThat(get("/tff").text()).doesNotContain(id);
        assertThat(delete("/fp/" + id).status()).isEqualTo(204);
        assertThat(get("/fp/" + id).body().path("status").asString()).isEqualTo("CANCELLED");
        // before the first round nothing was learned
        PLATFORM.begin(UUID.fromString(id));
        await().atMost(Duration.ofSeconds(20)).until(() -> reservation(UUID.fromString(id)), "RELEASED"::equals);
    }

    @Test
    void namesEveryFieldThatIsWrong() throws Exception {
        Answer refused = post("/fp", """
                {"net_name": "resnet", "num_rounds": 0, "num_teachers": 1.5, "teacher_epochs": "many", "student_epochs": 1,
                 "batch_size": 16, "noise": "pink", "epsilon": -1, "num_queries": 10, "noise_data": 10, "rounds": 3,
                 "domain_name": "ftp://store", "secret_key": 5, "access_key": "%s"}
                """.formatted(ACCESS_KEY));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.detail())
                .contains(
                        "$.net_name: \"resnet\"",
                        "$.num_rounds: 0 (expected: a whole number from 1",
                        "$.num_teachers: 1.5",
                        "$.teacher_epochs: \"many\"",
                        "$.noise: pink (expected: laplacian or gaussian)",
                        "$.epsilon: -1 (expected: a number > 0)",
                        "$.noise_data: 10",
                        "$.secret_key: (not shown)",
                        "$.rounds: (not shown) (expected: one of [")
                .doesNotContain(ACCESS_KEY);
        assertThat(post("/fp", "{\"secret_key\": \"" + SECRET_KEY + "\", ").text())
                .contains("MALFORMED_REQUEST")
                .doesNotContain(SECRET_KEY);
    }

    @Test
    void letsParticipantsInAndOutAndHasThemTrain() throws Exception {
        assertThat(post("/nvoverser/", "{\"start\": false, \"shutdown\": false}")
                        .detail())
                .contains("start is false and shutdown is false (expected: one of them true, or both: a restart)");
        Answer shut = form("/nvoverser/", "shutdown=true");
        assertThat(shut.status()).as(shut.text()).isEqualTo(201);
        assertThat(shut.body().path("status").asString()).isEqualTo("SHUT");
        Answer started = post("/nvoverser", "{\"start\": true, \"shutdown\": false}");
        assertThat(started.body().path("start").asBoolean()).isTrue();
        String id = started.body().path("id").asString();
        assertThat(get("/nvoverser/" + id + "/").body().path("status").asString())
                .isEqualTo("OPEN");
        assertThat(get("/nvoverser/?limit=1")
                        .body()
                        .path("items")
                        .path(0)
                        .path("id")
                        .asString())
                .isEqualTo(id);
        assertThat(delete("/nvoverser/" + id).status()).isEqualTo(204);
        assertThat(get("/nvoverser/" + id).body().path("status").asString()).isEqualTo("SHUT");
        Answer restarted = post("/nvoverser/", "{\"start\": true, \"shutdown\": true}");
        assertThat(restarted.status()).as(restarted.text()).isEqualTo(201);
        assertThat(restarted.body().path("start").asBoolean()).isTrue();
        assertThat(restarted.body().path("shutdown").asBoolean()).isTrue();
        assertThat(restarted.body().path("status").asString()).isEqualTo("OPEN");

        Answer taken = form("/nv/", "epochs=1&batch_size=16&num_clients=3&num_rounds=2");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        JsonNode federation =
                get("/federations/" + taken.body().path("id").asString()).body();
        assertThat(federation.path("mode").asString()).isEqualTo("REAL");
        assertThat(federation.path("plan").path("topology").path("clients").asInt())
                .isEqualTo(3);
        assertThat(federation.path("plan").path("training").path("batch").asInt())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"imb_parameter, n_clients", "Imb_parameter, num_clients"})
    void spreadsLabelsUnevenly(String imbalance, String clients) throws Exception {
        Answer taken = form(
                "/tff/",
                "%s=1&dp_parameter=0&%s=20&n_samples=42&target_label=attack_cat&epochs=2&batch_size=16&num_rounds=3"
                        .formatted(imbalance, clients));
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.body().path("target_label").asString()).isEqualTo("attack_cat");
        JsonNode plan =
                get("/federations/" + taken.body().path("id").asString()).body().path("plan");
        assertThat(plan.path("engine").asString()).isEqualTo("fedavg");
        assertThat(plan.path("topology").path("clients").asInt()).isEqualTo(20);
        assertThat(plan.path("topology").path("rounds").asInt()).isEqualTo(3);
        JsonNode partition = plan.path("topology").path("partition");
        assertThat(partition.path("kind").asString()).isEqualTo("label_skew");
        assertThat(partition.path("imbalance").asDouble()).isEqualTo(1);
        assertThat(partition.path("samples_per_client").asInt()).isEqualTo(42);
    }

    @Test
    void addsNoiseInProportionToItsParameter() throws Exception {
        String form = "dp_parameter=1&n_clients=20&num_rounds=20";
        assertThat(form("/tff", form).detail()).contains("$.dp_parameter: epsilon ");
        Answer taken = form("/tff", form + "&accept_weak_privacy=true");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        JsonNode privacy = get("/federations/" + taken.body().path("id").asString())
                .body()
                .path("plan")
                .path("privacy");
        assertThat(privacy.path("mechanism").asString()).isEqualTo("gaussian");
        assertThat(privacy.path("noise_multiplier").asDouble()).isEqualTo(1);
    }

    /** The store is the test's, at an address that the test allows. */
    @Test
    void copiesTheModelAndTellsItsKeysNobody(CapturedOutput output) throws Exception {
        String boundary = "what-separates-fields";
        String body = List.of(FP.split("&")).stream()
                        .map(field -> field.split("="))
                        .map(field -> part(boundary, field[0], field[1]))
                        .reduce("", String::concat)
                + part(boundary, "accept_weak_privacy", "true")
                + part(boundary, "domain_name", store)
                + part(boundary, "bucket_name", "testminio")
                + part(boundary, "access_key", TestServers.S3_ADMIN_ACCESS_KEY)
                + part(boundary, "secret_key", TestServers.S3_ADMIN_SECRET_KEY)
                + "--" + boundary + "--\r\n";
        Answer taken =
                send("POST", "/fp/", "multipart/form-data; boundary=" + boundary, body, TestIdentity.acmeScientist());
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        UUID id = UUID.fromString(taken.body().path("id").asString());
        byte[] model = "a trained student".getBytes(StandardCharsets.UTF_8);
        PLATFORM.artifacts.put(id, model);
        succeed(id);
        JsonNode delivery = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> get("/fp/" + id).body().path("delivery"),
                        told -> told.path("state").asString().equals("DELIVERED"));
        assertThat(reservation(id)).isEqualTo("SETTLED");
        assertThat(delivery.path("object").asString()).isEqualTo("best_student_model_test.pth");
        assertThat(delivery.path("size_bytes").asInt()).isEqualTo(model.length);
        Path stored = TestServers.s3Files().resolve("testminio").resolve("best_student_model_test.pth");
        assertThat(Files.readAllBytes(stored)).isEqualTo(model);
        assertThat(everywhere(id)).doesNotContain(TestServers.S3_ADMIN_SECRET_KEY);
        assertThat(output.getAll()).doesNotContain(TestServers.S3_ADMIN_SECRET_KEY);
        assertThat(sealedKeys(id)).isNull();
    }

    @Test
    void keepsKeysSealedAndForgetsThemWhenNothingNeedsThem(CapturedOutput output) throws Exception {
        Answer taken = form(
                "/fp",
                FP + "&accept_weak_privacy=true&domain_name=store.example.org&bucket_name=testminio&access_key="
                        + ACCESS_KEY + "&secret_key=" + SECRET_KEY);
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        UUID id = UUID.fromString(taken.body().path("id").asString());
        assertThat(taken.text()).doesNotContain(ACCESS_KEY, SECRET_KEY, "access_key", "secret_key");
        assertThat(get("/fp/" + id).body().path("delivery").path("endpoint").asString())
                .isEqualTo("https://store.example.org");
        await().atMost(Duration.ofSeconds(20)).until(() -> PLATFORM.models.containsKey(id));
        assertThat(new String(sealedKeys(id), StandardCharsets.ISO_8859_1)).doesNotContain(ACCESS_KEY, SECRET_KEY);
        assertThat(everywhere(id)).doesNotContain(ACCESS_KEY, SECRET_KEY);
        assertThat(PLATFORM.models.get(id).toString()).doesNotContain(ACCESS_KEY, SECRET_KEY);
        delete("/fp/" + id);
        assertThat(sealedKeys(id)).isNull();
        assertThat(get("/fp/" + id).body().path("delivery").path("state").asString())
                .isEqualTo("DROPPED");
        assertThat(output.getAll()).doesNotContain(ACCESS_KEY, SECRET_KEY);
    }

    @Test
    void connectsToNoAddressInside() throws Exception {
        Answer taken =
                form("/fp", FP + "&accept_weak_privacy=true&domain_name=http://127.0.0.2:9&access_key=a&secret_key=b");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        UUID id = UUID.fromString(taken.body().path("id").asString());
        PLATFORM.artifacts.put(id, new byte[] {1});
        succeed(id);
        JsonNode delivery = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> get("/fp/" + id).body().path("delivery"),
                        told -> told.path("state").asString().equals("FAILED"));
        assertThat(delivery.path("reason").asString()).startsWith("the host's address is not public");
        assertThat(sealedKeys(id)).isNull();
    }

    private void succeed(UUID id) {
        FakePlatform.Training training = PLATFORM.begin(id);
        training.told.add("{\"epoch\": 1, \"phase\": \"student\", \"accuracy\": 0.5}");
        training.state = "SUCCEEDED";
        await().atMost(Duration.ofSeconds(20)).until(() -> PLATFORM.models.containsKey(id));
        PLATFORM.statuses.put(id, "TRAINED");
    }

    private String reservation(UUID id) {
        return jdbc.sql("select state from privacy_entry where federation_id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    private byte[] sealedKeys(UUID id) {
        return jdbc.sql("select sealed_keys from federation_delivery where federation_id = :id")
                .param("id", id)
                .query((row, number) -> java.util.Optional.ofNullable(row.getBytes(1)))
                .single()
                .orElse(null);
    }

    /** Every table's text of it, its events and the audit log among them. */
    private String everywhere(UUID id) throws Exception {
        StringBuilder all = new StringBuilder(get("/fp/" + id).text())
                .append(get("/federations/" + id).text());
        for (String table :
                List.of("federation", "federation_job", "federation_delivery", "outbox_event", "audit_entry")) {
            jdbc.sql("select to_json(t)::text from " + table + " t")
                    .query(String.class)
                    .list()
                    .forEach(all::append);
        }
        return all.toString();
    }

    private static String part(String boundary, String name, String value) {
        return "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(boundary, name, value);
    }

    private Answer form(String path, String body) throws Exception {
        return send("POST", path, FORM, body, TestIdentity.acmeScientist());
    }
}
