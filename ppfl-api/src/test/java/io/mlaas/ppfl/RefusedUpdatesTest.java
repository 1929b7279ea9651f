package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.stub.StreamObserver;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Update;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a real federation's server does not take, over mutual TLS. */
class RefusedUpdatesTest extends RunningService {
    /** Of digits-softmax. */
    private static final int SIZE = 650;

    @Test
    void refusesWhatIsPoisonedStaleOrSecondAndNamesTheClient() throws Exception {
        String id = realFederation("poisoned", 5, 3, 2);
        try (HandClient a = HandClient.join(kit(id, "a"));
                HandClient b = HandClient.join(kit(id, "b"));
                HandClient c = HandClient.join(kit(id, "c"));
                HandClient nan = HandClient.join(kit(id, "nan"));
                HandClient huge = HandClient.join(kit(id, "huge"))) {
            assertThat(a.asked()).isEqualTo(HandClient.update(1));
            assertThat(nan.say(HandClient.update(1), SIZE, Float.NaN).getReason())
                    .isEqualTo("round 1: linear.weight[0]: NaN (expected: a finite number)"
                            .replace("linear.weight", firstTensor(id)));
            assertThat(a.say(HandClient.update(7), SIZE, 0.1f).getReason()).startsWith("stale: an answer for round 7");
            assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(a.say(HandClient.update(1), SIZE, 0.1f).getAccepted()).isTrue();
            Receipt second = a.say(HandClient.update(1), SIZE, 0.2f);
            assertThat(second.getAccepted()).isFalse();
            assertThat(second.getReason()).startsWith("duplicate: another answer in round 1");
            assertThat(client(id, "a").path("reason").asString()).startsWith("duplicate");
            assertThat(b.say(HandClient.update(1), SIZE, 0.2f).getAccepted()).isTrue();
            assertThat(c.say(HandClient.update(1), SIZE, 0.3f).getAccepted()).isTrue();
            assertThat(huge.say(HandClient.update(1), SIZE, 200f).getAccepted()).isTrue();

            assertThat(a.await(Notice.WhatCase.ROUND_CLOSED).getRoundClosed().getClients())
                    .isEqualTo(3);
            assertThat(client(id, "huge").path("state").asString()).isEqualTo("REFUSED");
            assertThat(client(id, "huge").path("reason").asString()).startsWith("norm: ");
            assertThat(client(id, "nan").path("rounds").asInt()).isZero();

            // the mean of what was good, and too few in the second round
            assertThat(a.say(HandClient.update(2), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(2), SIZE, 0.1f).getAccepted()).isTrue();
            assertThat(c.say(HandClient.update(2), SIZE - 1, 0.1f).getReason())
                    .isEqualTo("round 2: shape: 649 numbers (expected: 650)");
            assertThat(nan.say(HandClient.update(2), SIZE, Float.POSITIVE_INFINITY)
                            .getAccepted())
                    .isFalse();
            Update countless = Update.newBuilder()
                    .setChange(Vectors.bytes(new float[SIZE]))
                    .setSamples(1)
                    .setMeasures(Measures.newBuilder().setSamples(Long.MAX_VALUE))
                    .build();
            assertThat(huge.answer(HandClient.update(2), countless.toByteString())
                            .getReason())
                    .startsWith("round 2: measures: 9223372036854775807 samples, loss 0.0");
            Finished end = a.await(Notice.WhatCase.FINISHED).getFinished();
            assertThat(end.getState()).isEqualTo("FAILED");
            assertThat(end.getReason()).startsWith("round 2: 2 of 5 clients (quorum: 3); c: round 2: shape: 649");
        }
    }

    @Test
    void holdsNothingThatWasNotAskedForIsTooLongOrSecond() throws Exception {
        String id = realFederation("greedy", 1, 1, 1);
        try (HandClient client = HandClient.join(kit(id, "greedy"))) {
            assertThat(client.asked()).isEqualTo(HandClient.update(1));
            CompletableFuture<Receipt> stale = new CompletableFuture<>();
            client.open(stale).onNext(piece(7, 1000));
            assertThat(stale.get(30, TimeUnit.SECONDS).getReason()).startsWith("stale: an answer for round 7");

            // 2²⁰ and 32 for each of 650 numbers and 2¹⁶ for the client
            CompletableFuture<Receipt> tooLong = new CompletableFuture<>();
            client.open(tooLong).onNext(piece(1, 1_134_913));
            assertThatThrownBy(() -> tooLong.get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("INVALID_ARGUMENT: a message of 1134913 bytes (expected: at most 1134912)");

            CompletableFuture<Receipt> first = new CompletableFuture<>();
            StreamObserver<Piece> open = client.open(first);
            open.onNext(piece(1, 1000));
            CompletableFuture<Receipt> second = new CompletableFuture<>();
            client.open(second).onNext(piece(1, 1000));
            assertThatThrownBy(() -> CompletableFuture.anyOf(first, second).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("ABORTED: another answer of this participant has begun");
            assertThat(client.say(HandClient.update(1), SIZE, 0.1f).getAccepted())
                    .isTrue();
            assertThatThrownBy(() -> CompletableFuture.allOf(first, second).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("ABORTED");
            assertThat(client.await(Notice.WhatCase.FINISHED).getFinished().getState())
                    .isEqualTo("SUCCEEDED");
        }
    }

    private static Piece piece(int round, long total) {
        return Piece.newBuilder()
                .setPlace(HandClient.update(round))
                .setTotal(total)
                .build();
    }

    @Test
    void letsNobodyInWithAUsedKitAForeignCertificateOrARevokedOne() throws Exception {
        String id = realFederation("strangers", 2, 2, 1);
        EnrolmentKit kit = kit(id, "clinic");
        ParticipantKey key = ParticipantKey.generate();
        String request = key.certificateRequest("clinic");
        String certificate = HandClient.enrol(kit, request);
        assertThat(HandClient.enrol(kit, request)).isEqualTo(certificate);
        assertThatThrownBy(() -> HandClient.enrol(kit, ParticipantKey.generate().certificateRequest("clinic")))
                .hasMessageContaining("PERMISSION_DENIED")
                .hasMessageContaining("was used before");
        assertThat(post("/federations/" + id + "/participants", "{\"name\": \"clinic\"}")
                        .code())
                .isEqualTo("PARTICIPANT_EXISTS");

        FederationAuthority forger = FederationAuthority.create(id, Instant.now(), Duration.ofDays(1));
        ParticipantKey forged = ParticipantKey.generate();
        String foreign = forger.issue(forged.certificateRequest("clinic"), "clinic", Instant.now(), Duration.ofDays(1))
                .certificatePem();
        try (HandClient stranger = HandClient.join(kit, ParticipantKey.credentials(forged.pem(), foreign))) {
            assertThat(stranger.broken.get(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(stranger.notices).isEmpty();
        }
        try (HandClient good = HandClient.join(kit, ParticipantKey.credentials(key.pem(), certificate))) {
            good.await(Notice.WhatCase.WELCOME);
            assertThat(delete("/federations/" + id + "/participants/clinic").status())
                    .isEqualTo(204);
            assertThat(good.broken.get(30, TimeUnit.SECONDS)).hasMessageContaining("removed from the federation");
        }
        try (HandClient revoked = HandClient.join(kit, ParticipantKey.credentials(key.pem(), certificate))) {
            assertThat(revoked.broken.get(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(revoked.notices).isEmpty();
        }
        assertThat(get("/federations/" + id + "/participants")
                        .body()
                        .path(0)
                        .path("state")
                        .asString())
                .isEqualTo("REVOKED");
    }

    private JsonNode client(String federation, String name) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> get("/federations/" + federation)
                                .body()
                                .path("clients")
                                .valueStream()
                                .filter(client -> client.path("name").asString().equals(name))
                                .findFirst()
                                .orElseThrow(),
                        found -> found.has("state"));
    }

    private String firstTensor(String federation) throws Exception {
        JsonNode layers = get("/federations/" + federation)
                .body()
                .path("plan")
                .path("model")
                .path("network")
                .path("layers");
        return layers.valueStream()
                        .filter(layer -> layer.path("type").asString().equals("dense"))
                        .findFirst()
                        .map(layer -> layer.path("name").asString("dense_0"))
                        .orElseThrow()
                + ".weight";
    }

    private EnrolmentKit kit(String federation, String name) throws Exception {
        return EnrolmentKit.parse(
                post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name))
                        .text());
    }
}
