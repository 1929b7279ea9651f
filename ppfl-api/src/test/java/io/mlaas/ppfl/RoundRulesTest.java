package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.RoundClosed;
import io.mlaas.ppfl.protocol.v1.Trouble;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** By which rules the rounds of real federations go on, wait and end. */
class RoundRulesTest extends RealRounds {
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
    void waitsForOneWhoseDataDidNotFitAndKeepsWhatItSaid() throws Exception {
        String id = made("unfit", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 2, "round_timeout_seconds": 60}""");
        EnrolmentKit kit = kit(id, "unfit");
        ParticipantKey key = ParticipantKey.generate();
        ParticipantKey.Credentials credentials =
                ParticipantKey.credentials(key.pem(), HandClient.enrol(kit, key.certificateRequest("unfit")));
        try (HandClient a = HandClient.join(kit(id, "a"))) {
            try (HandClient unfit = HandClient.join(kit, credentials)) {
                unfit.asked();
                unfit.complain(Trouble.Kind.UNFIT_DATA, "no column \"label\"");
            }
            assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            JsonNode named = client(id, "unfit");
            assertThat(named.path("state").asString()).isEqualTo("REFUSED");
            assertThat(named.path("reason").asString()).isEqualTo("unfit data: no column \"label\"");
            try (HandClient back = HandClient.join(kit, credentials)) {
                assertThat(back.say(HandClient.update(1), SIZE, 0.1f).getAccepted())
                        .isTrue();
                assertThat(a.await(Notice.WhatCase.ROUND_CLOSED)
                                .getRoundClosed()
                                .getClients())
                        .isEqualTo(2);
                back.asked();
                back.complain(Trouble.Kind.UNFIT_DATA, "no column \"label\"");
            }
            revoke(id, "unfit");
            assertThat(a.say(HandClient.update(2), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(a.await(Notice.WhatCase.FINISHED).getFinished().getState())
                    .isEqualTo("FAILED");
            assertThat(client(id, "unfit").path("state").asString()).isEqualTo("LEFT");
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> answers(id) == 0); // what failed keeps nothing of its clients
    }

    private long answers(String federation) {
        return jdbc.sql("select count(*) from federation_answer where federation_id = :id")
                .param("id", UUID.fromString(federation))
                .query(Long.class)
                .single();
    }

    private void revoke(String federation, String name) throws Exception {
        assertThat(delete("/federations/" + federation + "/participants/" + name)
                        .status())
                .isLessThan(300);
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
    void aClientThatCouldNotBeWrittenDownComesAgainAndIsAsked() throws Exception {
        String id = made("hiccup", """
                "topology": {"mode": "real", "clients": 1, "quorum": 1, "rounds": 1, "round_timeout_seconds": 60}""");
        EnrolmentKit kit = kit(id, "hiccup");
        ParticipantKey key = ParticipantKey.generate();
        ParticipantKey.Credentials credentials =
                ParticipantKey.credentials(key.pem(), HandClient.enrol(kit, key.certificateRequest("hiccup")));
        jdbc.sql("""
                create function refuse_arrivals() returns trigger language plpgsql as $$
                begin raise exception 'not now'; end $$
                """).update();
        jdbc.sql("""
                create trigger refuse_arrivals before insert or update on federation_client for each row
                when (new.name = 'hiccup' and new.state = 'UP') execute function refuse_arrivals()
                """).update();
        try (HandClient early = HandClient.join(kit, credentials)) {
            assertThat(early.broken.get(1, TimeUnit.MINUTES)).hasMessageContaining("UNAVAILABLE");
        } finally {
            jdbc.sql("drop trigger refuse_arrivals on federation_client").update();
            jdbc.sql("drop function refuse_arrivals").update();
        }
        try (HandClient again = HandClient.join(kit, credentials)) {
            assertThat(again.say(again.asked(), SIZE, 0.1f).getAccepted()).isTrue();
            again.await(Notice.WhatCase.FINISHED);
        }
    }

    @Test
    void whoIsRemovedWhileItConnectsDoesNotStayConnected() throws Exception {
        String id = made("removed", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 1, "round_timeout_seconds": 60}""");
        EnrolmentKit kit = kit(id, "removed");
        ParticipantKey key = ParticipantKey.generate();
        ParticipantKey.Credentials credentials =
                ParticipantKey.credentials(key.pem(), HandClient.enrol(kit, key.certificateRequest("removed")));
        // its certificate has been looked at when this happens
        jdbc.sql("""
                create function remove_who_comes() returns trigger language plpgsql as $$
                begin update participant set state = 'REVOKED' where name = 'removed'; return new; end $$
                """).update();
        jdbc.sql("""
                create trigger remove_who_comes before insert or update on federation_client for each row
                when (new.name = 'removed' and new.state = 'UP') execute function remove_who_comes()
                """).update();
        try (HandClient gone = HandClient.join(kit, credentials)) {
            assertThat(gone.broken.get(1, TimeUnit.MINUTES)).hasMessageContaining("was removed from the federation");
            await().until(() -> !client(id, "removed").path("state").asString().equals("UP"));
        } finally {
            jdbc.sql("drop trigger remove_who_comes on federation_client").update();
            jdbc.sql("drop function remove_who_comes").update();
        }
        assertThat(delete("/federations/" + id).status()).isLessThan(300);
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
                    awaitOneThatWaits("federation_run");
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

    @Test
    void whatComesForTheNextRoundWhileThisOneClosesIsStale() throws Exception {
        String id = made("early", """
                "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 2, "round_timeout_seconds": 60}""");
        // a round that closes stops here, in the middle of its transaction, for as long as the lock is held
        jdbc.sql("""
                create function hold_closing() returns trigger language plpgsql as $$
                begin perform pg_advisory_xact_lock(1906); return new; end $$
                """).update();
        jdbc.sql("""
                create trigger hold_closing before update on federation_client for each row
                when (new.name = 'early-a' and new.rounds = 1 and old.rounds = 0) execute function hold_closing()
                """).update();
        try (HandClient a = HandClient.join(kit(id, "early-a"));
                HandClient b = HandClient.join(kit(id, "early-b"))) {
            assertThat(a.asked()).isEqualTo(HandClient.update(1));
            assertThat(b.asked()).isEqualTo(HandClient.update(1));
            CompletableFuture<Receipt> early = new TransactionTemplate(transactions).execute(status -> {
                jdbc.sql("select 1 from pg_advisory_xact_lock(1906)")
                        .query(Integer.class)
                        .single();
                try {
                    assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted())
                            .isTrue();
                    assertThat(b.say(HandClient.update(1), SIZE, 0.1f).getAccepted())
                            .isTrue();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                awaitOneThatWaits("federation_client");
                CompletableFuture<Receipt> sent = b.sending(HandClient.update(2), SIZE, Float.NaN);
                await().atMost(Duration.ofMinutes(1)).until(() -> sent.isDone() || waiting("federation_run") > 0);
                assertThatThrownBy(() -> b.say(HandClient.update(1), SIZE, 0.1f))
                        .hasMessageContaining("UNAVAILABLE: the round is being closed");
                return sent;
            });
            Receipt receipt = early.get(1, TimeUnit.MINUTES);
            assertThat(receipt.getAccepted()).isFalse();
            assertThat(receipt.getReason()).startsWith("stale: an answer for round 2");
            a.await(Notice.WhatCase.ROUND_CLOSED);
            assertThat(a.say(HandClient.update(2), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(2), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(a.await(Notice.WhatCase.FINISHED).getFinished().getState())
                    .isEqualTo("SUCCEEDED");
        } finally {
            jdbc.sql("drop trigger hold_closing on federation_client").update();
            jdbc.sql("drop function hold_closing").update();
        }
    }

    private void awaitOneThatWaits(String table) {
        await().atMost(Duration.ofMinutes(1)).until(() -> waiting(table) > 0);
    }

    private int waiting(String table) {
        return jdbc.sql("""
                select count(*) from pg_stat_activity
                where wait_event_type = 'Lock' and query like :query and datname = current_database()
                """)
                .param("query", "%" + table + "%")
                .query(Integer.class)
                .single();
    }

    private void door(String way) throws Exception {
        Answer asked = post("/nvoverser", "{\"%s\": true}".formatted(way));
        assertThat(asked.status()).as(asked.text()).isEqualTo(201);
    }
}
