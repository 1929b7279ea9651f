package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.RoundClosed;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.Orders;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** By which rules the rounds of real federations go on, wait and end, and what they spend. */
class RoundRulesTest extends RunningService {
    /** Of digits-softmax. */
    private static final int SIZE = 650;

    private static final double DELTA = 1e-5;

    @Autowired
    PlatformTransactionManager transactions;

    @Test
    void goesOnWithoutOneThatIsLateAndNamesIt() throws Exception {
        String id = made("straggler", """
                "topology": {"mode": "real", "clients": 3, "quorum": 2, "rounds": 2, "round_timeout_seconds": 5}""");
        try (HandClient a = HandClient.join(kit(id, "a"));
                HandClient b = HandClient.join(kit(id, "b"));
                HandClient late = HandClient.join(kit(id, "late"))) {
            assertThat(late.asked()).isEqualTo(HandClient.update(1));
            assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            RoundClosed closed = a.await(Notice.WhatCase.ROUND_CLOSED).getRoundClosed();
            assertThat(closed.getClients()).isEqualTo(2);
            assertThat(closed.getAsked()).isEqualTo(3);
            JsonNode named = client(id, "late");
            assertThat(named.path("state").asString()).isEqualTo("DOWN");
            assertThat(named.path("reason").asString()).matches("no answer in round 1 within \\d+ s");
            Receipt receipt = late.say(HandClient.update(1), SIZE, 0.1f);
            assertThat(receipt.getAccepted()).isFalse();
            assertThat(receipt.getReason()).startsWith("stale: an answer for round 1");

            // it is asked again, and is part of the next round
            for (HandClient client : new HandClient[] {a, b, late}) {
                assertThat(client.say(HandClient.update(2), SIZE, 0.1f).getAccepted())
                        .isTrue();
            }
            assertThat(a.await(Notice.WhatCase.FINISHED).getFinished().getState())
                    .isEqualTo("SUCCEEDED");
            assertThat(client(id, "late").path("rounds").asInt()).isEqualTo(1);
            assertThat(client(id, "a").path("rounds").asInt()).isEqualTo(2);
        }
    }

    @Test
    void saysWhomItWaitsForBelowTheQuorumAndFailsInTheEnd() throws Exception {
        String id = made("below", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 1, "round_timeout_seconds": 2}""");
        try (HandClient a = HandClient.join(kit(id, "a"));
                HandClient silent = HandClient.join(kit(id, "silent"))) {
            silent.asked();
            String waits = await().atMost(Duration.ofMinutes(1))
                    .until(
                            () -> client(id, "silent").path("reason").asString(""),
                            reason -> reason.contains("it waits"));
            assertThat(waits)
                    .matches("no answer in round 1 within \\d+ s; it waits, as \\d have answered \\(quorum: 2\\)");
            Finished end = a.await(Notice.WhatCase.FINISHED).getFinished();
            assertThat(end.getState()).isEqualTo("FAILED");
            assertThat(end.getReason())
                    .matches(
                            "round 1: 0 of 2 clients \\(quorum: 2\\); a: no answer .*; silent: no answer in round 1.*");
        }
    }

    @Test
    void pausesWhileTheCompanysDoorIsShut() throws Exception {
        String id = made("door", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 1, "round_timeout_seconds": 60}""");
        EnrolmentKit kit = kit(id, "b");
        ParticipantKey key = ParticipantKey.generate();
        ParticipantKey.Credentials credentials =
                ParticipantKey.credentials(key.pem(), HandClient.enrol(kit, key.certificateRequest("b")));
        try (HandClient a = HandClient.join(kit(id, "a"));
                HandClient b = HandClient.join(kit, credentials)) {
            a.asked();
            door("shutdown");
            assertThat(a.await(Notice.WhatCase.PAUSED).getPaused().getReason())
                    .isEqualTo("the federation's company has shut its door (/nvoverser/ start opens it)");
            assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            try (HandClient again = HandClient.join(kit, credentials)) {
                again.await(Notice.WhatCase.PAUSED); // so it was looked at after all had answered
                assertThat(get("/federations/" + id).body().path("state").asString())
                        .isEqualTo("RUNNING");
                assertThat(get("/federations/" + id).body().path("rounds")).isEmpty();
                door("start");
                assertThat(again.await(Notice.WhatCase.ROUND_CLOSED)
                                .getRoundClosed()
                                .getClients())
                        .isEqualTo(2);
                assertThat(again.await(Notice.WhatCase.FINISHED).getFinished().getState())
                        .isEqualTo("SUCCEEDED");
            }
        } finally {
            door("start");
        }
    }

    @Test
    void writesDownThatAClientIsGoneAsSoonAsItCan() throws Exception {
        String id = made("gone", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 1}""");
        HandClient leaving = HandClient.join(kit(id, "leaving"));
        leaving.await(Notice.WhatCase.WELCOME);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client(id, "leaving").path("state").asString().equals("UP"));
        // a sequence counts what a transaction that fails has tried
        jdbc.sql("create sequence tried_departures").update();
        jdbc.sql("""
                create function refuse_departures() returns trigger language plpgsql as $$
                begin perform nextval('tried_departures'); raise exception 'not now'; end $$
                """).update();
        jdbc.sql("""
                create trigger refuse_departures before insert or update on federation_client for each row
                when (new.name = 'leaving' and new.state = 'DOWN') execute function refuse_departures()
                """).update();
        try {
            leaving.close();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> jdbc.sql("select last_value from tried_departures")
                                    .query(Long.class)
                                    .single()
                            >= 2);
            assertThat(client(id, "leaving").path("state").asString()).isEqualTo("UP");
        } finally {
            jdbc.sql("drop trigger refuse_departures on federation_client").update();
        }
        JsonNode gone = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> client(id, "leaving"),
                        now -> now.path("state").asString().equals("DOWN"));
        assertThat(gone.path("reason").asString()).isEqualTo("not connected");
        jdbc.sql("drop function refuse_departures").update();
        jdbc.sql("drop sequence tried_departures").update();
        assertThat(delete("/federations/" + id).status()).isLessThan(300);
    }

    @Test
    void fixedClippingIsEnforcedTheNoiseIsDrawnAndWhatRanIsCharged() throws Exception {
        String id = made("fixed", """
                "topology": {"mode": "real", "clients": 3, "quorum": 2, "rounds": 3, "round_timeout_seconds": 60},
                "privacy": {"mechanism": "gaussian", "noise_multiplier": 2, "clipping": {"kind": "fixed", "norm": 0.5}}""");
        try (HandClient a = HandClient.join(kit(id, "fixed-a"));
                HandClient b = HandClient.join(kit(id, "fixed-b"));
                HandClient tooLong = HandClient.join(kit(id, "fixed-long"))) {
            Training first = a.training(a.asked());
            assertThat(first.getClippingNorm()).isEqualTo(0.5);
            assertThat(tooLong.say(HandClient.update(1), SIZE, 0.1f).getReason())
                    .startsWith("round 1: norm: 2.54")
                    .endsWith("(expected: <= 0.500005)");
            assertThat(a.say(HandClient.update(1), SIZE, 0.01f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(1), SIZE, 0.01f).getAccepted()).isTrue();
            Training second = a.training(a.asked());
            double[] change = change(first, second);
            // 2 · 0.01 / 3 and N(0, (2 · 0.5 / 3)²): the sum is divided by who was expected
            assertThat(Arrays.stream(change).average().orElseThrow()).isCloseTo(0.0067, within(0.07));
            assertThat(deviation(change)).isCloseTo(1 / 3.0, within(0.06));
            assertThat(second.getClippingNorm()).isEqualTo(0.5);
            assertThat(client(id, "fixed-long").path("state").asString()).isEqualTo("REFUSED");
        }
        double one = epsilon(2, 1, 1);
        JsonNode running = get("/federations/" + id).body();
        assertThat(running.path("rounds").path(0).path("epsilon").asDouble()).isCloseTo(one, within(1e-9));
        assertThat(reported(id)).isCloseTo(one, within(1e-9));

        // the second round was under way: its model may have been seen
        assertThat(delete("/federations/" + id).status()).isLessThan(300);
        JsonNode entry =
                entry("fixed-a", found -> found.path("state").asString().equals("SETTLED"));
        assertThat(entry.path("mechanism").asString()).isEqualTo("gaussian");
        assertThat(entry.path("epsilon").asDouble()).isCloseTo(epsilon(2, 1, 2), within(1e-9));
    }

    @Test
    void adaptiveClippingFollowsTheClientsAndWhatNeverBeganCostsNothing() throws Exception {
        String privacy = """
                "privacy": {"mechanism": "gaussian", "noise_multiplier": 0.3, "accept_weak_privacy": true,
                            "clipping": {"kind": "adaptive", "norm": 1, "quantile": 0.5, "learning_rate": 0.2}}""";
        String id = made("adaptive", """
                "topology": {"mode": "real", "clients": 4, "quorum": 4, "rounds": 2, "round_timeout_seconds": 60},""" + privacy);
        try (HandClient a = HandClient.join(kit(id, "adaptive-a"));
                HandClient b = HandClient.join(kit(id, "adaptive-b"));
                HandClient c = HandClient.join(kit(id, "adaptive-c"));
                HandClient d = HandClient.join(kit(id, "adaptive-d"))) {
            Training first = a.training(a.asked());
            for (HandClient client : new HandClient[] {a, b, c, d}) {
                float[] change = new float[SIZE];
                Update update = Update.newBuilder()
                        .setChange(Vectors.bytes(change))
                        .setSamples(1)
                        .setWithinNorm(client != d)
                        .build();
                assertThat(client.answer(HandClient.update(1), update.toByteString())
                                .getAccepted())
                        .isTrue();
            }
            Training second = a.training(a.asked());
            // three of four were within the norm, a half is wanted: C · exp(-0.2 · 0.25), and noise on the count
            assertThat(second.getClippingNorm()).isBetween(0.9, 1.005).isNotEqualTo(1.0);
            // z_Δ = (0.3⁻² - (2 · 4/20)⁻²)^(-1/2) = 0.4536, on a sum that is divided by four
            assertThat(deviation(change(first, second))).isCloseTo(0.1134, within(0.02));
        }
        assertThat(get("/federations/" + id)
                        .body()
                        .path("rounds")
                        .path(0)
                        .path("epsilon")
                        .asDouble())
                .isCloseTo(epsilon(0.3, 1, 1), within(1e-9));
        assertThat(reported(id)).isCloseTo(epsilon(0.3, 1, 1), within(1e-9));
        assertThat(delete("/federations/" + id).status()).isLessThan(300);

        String never = made("never", """
                "topology": {"mode": "real", "clients": 4, "quorum": 4, "rounds": 2},""" + privacy);
        EnrolmentKit unused = kit(never, "never-came");
        assertThat(entry("never-came", found -> true).path("state").asString()).isEqualTo("RESERVED");
        assertThat(delete("/federations/" + never).status()).isLessThan(300);
        JsonNode released =
                entry("never-came", found -> !found.path("state").asString().equals("RESERVED"));
        assertThat(released.path("state").asString()).isEqualTo("RELEASED");
    }

    @Test
    void oneFederationEndsWhileAnothersRoundStandsStill() throws Exception {
        String topology = """
                "topology": {"mode": "real", "clients": 1, "quorum": 1, "rounds": 2, "round_timeout_seconds": 60}""";
        String still = made("still", topology);
        String quick = made("quick", topology);
        EnrolmentKit kit = kit(still, "slow");
        try (HandClient b = HandClient.join(kit(quick, "b"))) {
            HandClient[] slow = new HandClient[1];
            // whoever holds this row keeps the federation from going on, as the aggregation of a large model does
            new TransactionTemplate(transactions).executeWithoutResult(status -> {
                jdbc.sql("select 1 from federation_run where federation_id = :id for update")
                        .param("id", UUID.fromString(still))
                        .query(Integer.class)
                        .single();
                try {
                    slow[0] = HandClient.join(kit);
                    slow[0].await(Notice.WhatCase.WELCOME);
                    awaitOneThatWaitsForTheRow();
                    for (int round = 1; round <= 2; round++) {
                        assertThat(b.asked()).isEqualTo(HandClient.update(round));
                        assertThat(b.say(HandClient.update(round), SIZE, 0.1f).getAccepted())
                                .isTrue();
                    }
                    assertThat(b.await(Notice.WhatCase.FINISHED).getFinished().getState())
                            .isEqualTo("SUCCEEDED");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                assertThat(slow[0].notices).isEmpty();
            });
            try (HandClient a = slow[0]) {
                assertThat(a.asked()).isEqualTo(HandClient.update(1));
            }
        }
    }

    private void awaitOneThatWaitsForTheRow() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> jdbc.sql("""
                                select count(*) from pg_stat_activity
                                where wait_event_type = 'Lock' and query like '%federation_run%' and datname = current_database()
                                """).query(Integer.class).single() > 0);
    }

    private String made(String name, String parts) throws Exception {
        Answer made = post("/federations", """
                {"name": "%s", "engine": "fedavg", %s, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, parts));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    private void door(String way) throws Exception {
        Answer asked = post("/nvoverser", "{\"%s\": true}".formatted(way));
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
    }

    private EnrolmentKit kit(String federation, String name) throws Exception {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return EnrolmentKit.parse(invited.text());
    }

    private JsonNode client(String federation, String name) throws Exception {
        return get("/federations/" + federation)
                .body()
                .path("clients")
                .valueStream()
                .filter(client -> client.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode entry(String owner, Predicate<JsonNode> wanted) {
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> get("/privacy-budgets/" + owner + "/entries")
                                .body()
                                .path("items")
                                .path(0),
                        wanted);
    }

    private double reported(String federation) throws Exception {
        return get("/federations/" + federation + "/report")
                .body()
                .path("privacy")
                .path("epsilon")
                .asDouble();
    }

    /** By the accountant itself. */
    private static double epsilon(double multiplier, double rate, int rounds) {
        return GaussianRdp.sampled(multiplier, rate, Orders.PATE)
                .times(rounds)
                .guarantee(DELTA)
                .epsilon();
    }

    private static double[] change(Training before, Training after) {
        float[] first = Vectors.floats(before.getWeights());
        float[] second = Vectors.floats(after.getWeights());
        return IntStream.range(0, SIZE).mapToDouble(i -> second[i] - first[i]).toArray();
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }
}
