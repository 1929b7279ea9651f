package io.mlaas.ppfl.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.ppfl.EncryptedHand;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.EncryptedUpdate;
import io.mlaas.ppfl.protocol.v1.Phase;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** One round of four clients that encrypt, from committed answers alone, without a network between. */
class EncryptedRoundTest {
    private static final UUID FEDERATION = UUID.fromString("00000000-0000-4000-8000-000000000040");
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final FederationAuthority authority =
            FederationAuthority.create(FEDERATION.toString(), Instant.now(), Duration.ofDays(1));
    private final RunPlan plan = RunPlan.of(JsonMapper.builder().build().readTree("""
            {"name": "encrypted", "engine": "fedavg",
             "topology": {"mode": "real", "clients": 4, "rounds": 1, "quorum": 2},
             "privacy": {"homomorphic_encryption": true},
             "model": {"network": {"name": "small", "input": {"shape": [5]}, "layers": [{"type": "dense", "units": 10}],
                                   "training": {"loss": "mse"}}}}"""));
    private final RoundProtocol round = plan.protocol();
    private final Map<Phase, Map<String, byte[]>> committed = new EnumMap<>(Phase.class);
    private final Map<Phase, List<String>> asked = new EnumMap<>(Phase.class);
    private final Map<String, EncryptedHand> clients = new TreeMap<>();
    private final Map<String, float[]> changes = new TreeMap<>();

    private final RoundRecord record = new RoundRecord() {
        @Override
        public Run run() {
            byte[] weights = new byte[plan.layout().size() * Float.BYTES];
            return new Run(FEDERATION, 7, 1, 1, Phase.ADVERTISE_KEYS, Instant.now(), weights, null, 0, 0, 0);
        }

        @Override
        public Map<String, byte[]> answers(Phase of) {
            return committed.getOrDefault(of, Map.of());
        }

        @Override
        public List<String> asked(Phase of) {
            return asked.getOrDefault(of, List.of());
        }

        @Override
        public String authority() {
            return authority.certificatePem();
        }
    };

    EncryptedRoundTest() {
        Random random = new Random(7);
        for (String name : NAMES) {
            ParticipantKey key = ParticipantKey.generate();
            clients.put(
                    name,
                    new EncryptedHand(
                            name,
                            ParticipantKey.credentials(
                                    key.pem(),
                                    authority
                                            .issue(
                                                    key.certificateRequest(name),
                                                    name,
                                                    Instant.now(),
                                                    Duration.ofHours(1))
                                            .certificatePem())));
            float[] change = new float[plan.layout().size()];
            for (int i = 0; i < change.length; i++) {
                change[i] = (float) random.nextGaussian();
            }
            changes.put(name, change);
        }
    }

    @Test
    void theMeanIsExactThoughDealerAndOneClientAreGoneAndTheServerHasNeitherKeyNorUpdate() throws Exception {
        upToTheUpdates("b");
        for (String name : List.of("b", "c", "d")) { // a has a key, and is gone
            commit(Phase.ENCRYPTED_UPDATE, name, clients.get(name).update(changes.get(name), samples(name)));
        }
        assertThat(round.asks(Phase.DECRYPT, List.of("b", "c", "d"), record)).containsExactly("c");
        asked.put(Phase.DECRYPT, List.of("c"));
        commit(Phase.DECRYPT, "c", clients.get("c").decrypt(question(Phase.DECRYPT, "c"), 0));

        RoundResult result = round.aggregate(record);
        assertThat(result.counted()).containsExactly("b", "c", "d");
        assertThat(result.withinNorm()).isEqualTo(3);
        double total = samples("b") + samples("c") + samples("d");
        for (int i = 0; i < plan.layout().size(); i++) {
            double expected = 0;
            for (String name : result.counted()) {
                expected += changes.get(name)[i] * samples(name) / total;
            }
            assertThat(result.change()[i]).isCloseTo(expected, within(1e-7));
        }

        String stored = stored();
        BigInteger p = clients.get("b").keys().p();
        BigInteger q = clients.get("b").keys().q();
        assertThat(stored).doesNotContain(text(p), text(q));
        assertThat(stored).contains(text(p.multiply(q))); // the search finds what is there
        byte[] update = committed.get(Phase.ENCRYPTED_UPDATE).get("b");
        SeenUpdates.Seen seen = round.seen(1, "b", update);
        assertThat(seen.kind()).isEqualTo("ENCRYPTED");
        assertThat(seen.bytes()).isEqualTo(2 * 768); // 62 values of 64 bits, 47 in each ciphertext
        assertThat(seen.beginning()).hasSize(64);
        // the same update is another ciphertext each time: nobody who guesses it can compare
        assertThat(clients.get("b").update(changes.get("b"), samples("b")).toByteArray())
                .isNotEqualTo(update);
    }

    @Test
    void whoLiesAboutTheSumIsRefusedAndAnotherIsAskedUntilNobodyIsLeft() throws Exception {
        upToTheUpdates("a");
        for (String name : List.of("a", "b")) {
            commit(Phase.ENCRYPTED_UPDATE, name, clients.get(name).update(changes.get(name), samples(name)));
        }
        ByteString question = question(Phase.DECRYPT, "b");
        ByteString lie = clients.get("b").decrypt(question, 1);
        assertThatThrownBy(() -> round.check(Phase.DECRYPT, "b", lie, record))
                .isInstanceOf(AnswerRefused.class)
                .hasMessage("encrypted updates: a sum that is not the one of the updates");
        asked.put(Phase.DECRYPT, List.of("b"));
        assertThat(round.instead(Phase.DECRYPT, record)).containsExactly("a");
        asked.put(Phase.DECRYPT, List.of("a", "b"));
        assertThat(round.instead(Phase.DECRYPT, record)).isEmpty();
        round.check(Phase.DECRYPT, "a", clients.get("a").decrypt(question, 0), record);
    }

    @Test
    void whatIsNoUpdateUnderTheRoundsKeyIsRefused() throws Exception {
        upToTheUpdates("a");
        EncryptedHand a = clients.get("a");
        BigInteger good = a.keys().publicKey().encrypt(BigInteger.ONE, new SecureRandom());
        List<BigInteger> zero = new ArrayList<>(Collections.nCopies(2, good));
        zero.set(1, BigInteger.ZERO);
        assertRefused(a.sent(zero), "ciphertext 1: no ciphertext of this key");
        assertRefused(a.sent(Collections.nCopies(2, a.keys().p())), "ciphertext 0: no ciphertext of this key");
        assertRefused(a.sent(Collections.nCopies(2, a.keys().publicKey().nSquared())), "ciphertext 0: out of range");
        assertRefused(a.sent(List.of(good)), "ciphertexts: 768 bytes (expected: 1536, 2 of 768)");
        assertRefused(ByteString.copyFromUtf8("junk"), "cannot be read");
        assertRefused(EncryptedUpdate.getDefaultInstance().toByteString(), "ciphertexts: 0 bytes");
    }

    @Test
    void keysThatTheirClientsDidNotSignAreRefused() throws Exception {
        asked.put(Phase.ADVERTISE_KEYS, NAMES);
        ByteString ofA = clients.get("a").advertise(question(Phase.ADVERTISE_KEYS, "a"));
        assertThatThrownBy(() -> round.check(Phase.ADVERTISE_KEYS, "b", ofA, record))
                .isInstanceOf(AnswerRefused.class)
                .hasMessage("encrypted updates: a key that b did not sign");
        advertised();
        DealtKey dealt = DealtKey.parseFrom(clients.get("a").deal(question(Phase.DEAL_KEY, "a")));
        assertThatThrownBy(() -> round.check(Phase.DEAL_KEY, "b", dealt.toByteString(), record))
                .hasMessage("encrypted updates: a key that b did not sign");
        assertThatThrownBy(() -> round.check(
                        Phase.DEAL_KEY,
                        "a",
                        dealt.toBuilder().removeSealed("c").build().toByteString(),
                        record))
                .hasMessage("encrypted updates: a key for [a, b, d] (expected: for [a, b, c, d])");
        assertThatThrownBy(() -> round.check(
                        Phase.DEAL_KEY,
                        "a",
                        dealt.toBuilder()
                                .setModulus(ByteString.copyFrom(
                                        BigInteger.ONE.shiftLeft(2048).toByteArray()))
                                .build()
                                .toByteString(),
                        record))
                .hasMessage("encrypted updates: a key of 2049 bits (expected: 3072)");
    }

    private void assertRefused(ByteString update, String reason) {
        assertThatThrownBy(() -> round.check(Phase.ENCRYPTED_UPDATE, "a", update, record))
                .isInstanceOf(AnswerRefused.class)
                .hasMessageContaining(reason);
    }

    private void upToTheUpdates(String dealer) throws InvalidProtocolBufferException {
        asked.put(Phase.ADVERTISE_KEYS, NAMES);
        advertised();
        assertThat(round.asks(Phase.DEAL_KEY, NAMES, record)).containsExactly("a");
        asked.put(Phase.DEAL_KEY, List.of("a"));
        assertThat(round.instead(Phase.DEAL_KEY, record)).containsExactly("b");
        commit(Phase.DEAL_KEY, dealer, clients.get(dealer).deal(question(Phase.DEAL_KEY, dealer)));
        assertThat(round.asks(Phase.ENCRYPTED_UPDATE, List.of(dealer), record)).isEqualTo(NAMES);
        for (String name : NAMES) {
            EncryptedHand unused = clients.get(name).open(question(Phase.ENCRYPTED_UPDATE, name));
        }
    }

    private void advertised() throws InvalidProtocolBufferException {
        for (String name : NAMES) {
            commit(Phase.ADVERTISE_KEYS, name, clients.get(name).advertise(question(Phase.ADVERTISE_KEYS, name)));
        }
    }

    private void commit(Phase phase, String name, ByteString answer) {
        round.check(phase, name, answer, record);
        committed.computeIfAbsent(phase, _ -> new TreeMap<>()).put(name, answer.toByteArray());
    }

    private ByteString question(Phase phase, String name) {
        return round.question(phase, name, record);
    }

    private static long samples(String name) {
        return 50 + 10L * NAMES.indexOf(name);
    }

    /** All that a server has ever committed of the round, byte for byte. */
    private String stored() {
        StringBuilder all = new StringBuilder();
        committed.values().forEach(answers -> answers.values()
                .forEach(answer -> all.append(new String(answer, StandardCharsets.ISO_8859_1))));
        return all.toString();
    }

    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return new String(bytes, sign, bytes.length - sign, StandardCharsets.ISO_8859_1);
    }
}
