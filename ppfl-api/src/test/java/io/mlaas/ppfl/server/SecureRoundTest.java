package io.mlaas.ppfl.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.mlaas.federated.secagg.Endorsement;
import io.mlaas.federated.secagg.SecAggClient;
import io.mlaas.federated.secagg.SecAggMessage;
import io.mlaas.federated.secagg.SecAggMessage.Begin;
import io.mlaas.federated.secagg.SecAggMessage.FromServer;
import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.identity.ParticipantSignatures;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.SecureTraining;
import io.mlaas.ppfl.protocol.v1.SecureUpdate;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** One round of five clients under secure aggregation, from committed answers alone, without a network between. */
class SecureRoundTest {
    private static final UUID FEDERATION = UUID.fromString("00000000-0000-4000-8000-000000000009");
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FederationAuthority authority =
            FederationAuthority.create(FEDERATION.toString(), Instant.now(), Duration.ofDays(1));
    private final RunPlan plan = RunPlan.of(JsonMapper.builder().build().readTree("""
            {"name": "masked", "engine": "fedavg",
             "topology": {"mode": "real", "clients": 5, "rounds": 1, "quorum": 3},
             "privacy": {"secure_aggregation": {"threshold": 3}},
             "model": {"net_name": "digits-softmax"}}"""));
    private final Map<Phase, Map<String, byte[]>> committed = new EnumMap<>(Phase.class);
    private final Map<Phase, List<String>> asked = new EnumMap<>(Phase.class);
    private final Map<String, SecAggClient> clients = new TreeMap<>();
    private final Map<String, float[]> changes = new TreeMap<>();
    private final Map<String, Integer> samples = new TreeMap<>();
    private Phase phase = Phase.ADVERTISE_KEYS;

    private final RoundRecord record = new RoundRecord() {
        @Override
        public Run run() {
            byte[] weights = new byte[plan.layout().size() * Float.BYTES];
            return new Run(FEDERATION, 7, 1, 1, phase, Instant.now(), weights, null, 0, 0, 0);
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

    @Test
    void theMeanIsExactThoughOneVanishesAfterItsSharesAndOneAfterItsVector() {
        RoundProtocol round = plan.protocol();
        asked.put(Phase.ADVERTISE_KEYS, NAMES);
        Random random = new Random(7);
        for (String name : NAMES) {
            float[] change = new float[plan.layout().size()];
            for (int i = 0; i < change.length; i++) {
                change[i] = (float) random.nextGaussian();
            }
            changes.put(name, change);
            samples.put(name, 50 + 10 * samples.size());
        }
        phase(round, Phase.ADVERTISE_KEYS, NAMES);
        phase(round, Phase.SHARE_KEYS, NAMES);
        phase(round, Phase.MASKED_INPUT, List.of("a", "b", "c", "e")); // d has shared its keys and is gone
        phase(round, Phase.CONSISTENCY_CHECK, List.of("a", "b", "c")); // e's vector is there
        phase(round, Phase.UNMASK, List.of("a", "b", "c"));

        RoundResult result = round.aggregate(record);
        assertThat(result.counted()).containsExactly("a", "b", "c", "e");
        double[] expected = new double[plan.layout().size()];
        double total = 50 + 60 + 70 + 90;
        for (String name : result.counted()) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] += changes.get(name)[i] * samples.get(name) / total;
            }
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(result.change()[i]).isCloseTo(expected[i], within(1e-7));
        }
        assertThat(result.withinNorm()).isEqualTo(4);

        // of a's update the server has the masked vector and nothing that looks like it
        MaskedInput seen = masked("a");
        long[] plain = SummedUpdates.of(changes.get("a").length, 5, 0).vector(changes.get("a"), 50, true);
        assertThat(seen.values()).hasSameSizeAs(plain);
        assertThat(Arrays.stream(seen.values())
                        .filter(value -> Math.abs(value) < 1L << 50)
                        .count())
                .isLessThan(5);
        assertThat(round.seen(1, "a", committed.get(Phase.MASKED_INPUT).get("a"))
                        .kind())
                .isEqualTo("MASKED");
        assertThat(round.quorum(Phase.UNMASK)).isEqualTo(3);
    }

    @Test
    void aMessageThatIsNotTheClientsOwnIsRefusedAndItsClientNamed() {
        RoundProtocol round = plan.protocol();
        asked.put(Phase.ADVERTISE_KEYS, NAMES);
        ByteString ofA = answer(round, "a");
        assertThatThrownBy(() -> round.check(Phase.ADVERTISE_KEYS, "b", ofA, record))
                .isInstanceOf(AnswerRefused.class)
                .hasMessageContaining("b: public keys that it did not sign");
        assertThatThrownBy(() -> round.check(Phase.ADVERTISE_KEYS, "a", ByteString.copyFromUtf8("junk"), record))
                .isInstanceOf(AnswerRefused.class)
                .hasMessageContaining("secure aggregation");
    }

    private void phase(RoundProtocol round, Phase now, List<String> answering) {
        phase = now;
        List<String> names = asked.computeIfAbsent(
                now, _ -> List.copyOf(committed.get(before(round, now)).keySet()));
        Map<String, byte[]> answers = new TreeMap<>();
        for (String name : answering) {
            assertThat(names).contains(name);
            ByteString answer = answer(round, name);
            round.check(now, name, answer, record);
            answers.put(name, answer.toByteArray());
        }
        committed.put(now, answers);
    }

    private static Phase before(RoundProtocol round, Phase phase) {
        return round.phases().get(round.phases().indexOf(phase) - 1);
    }

    private ByteString answer(RoundProtocol round, String name) {
        ByteString question = round.question(phase, name, record);
        try {
            if (phase == Phase.MASKED_INPUT) {
                FromServer asking = message(SecureTraining.parseFrom(question).getMessage());
                return SecureUpdate.newBuilder()
                        .setMessage(ByteString.copyFrom(
                                clients.get(name).answer(asking).encode()))
                        .build()
                        .toByteString();
            }
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        FromServer asking = message(question);
        if (asking instanceof Begin begin) {
            clients.put(
                    name,
                    new SecAggClient(
                            begin.parameters(),
                            name,
                            new Certified(name),
                            () -> SummedUpdates.of(plan.layout().size(), NAMES.size(), 0)
                                    .vector(changes.get(name), samples.get(name), true),
                            RANDOM));
        }
        return ByteString.copyFrom(clients.get(name).answer(asking).encode());
    }

    private static FromServer message(ByteString bytes) {
        return (FromServer) SecAggMessage.decode(bytes.toByteArray());
    }

    private MaskedInput masked(String name) {
        try {
            return (MaskedInput) SecAggMessage.decode(
                    SecureUpdate.parseFrom(committed.get(Phase.MASKED_INPUT).get(name))
                            .getMessage()
                            .toByteArray());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** A key that the federation's authority has certified. */
    private final class Certified implements Endorsement {
        private final ParticipantKey.Credentials credentials;
        private final ParticipantSignatures signatures =
                new ParticipantSignatures(FEDERATION.toString(), authority.certificatePem());

        Certified(String name) {
            ParticipantKey key = ParticipantKey.generate();
            credentials = ParticipantKey.credentials(
                    key.pem(),
                    authority
                            .issue(key.certificateRequest(name), name, Instant.now(), Duration.ofHours(1))
                            .certificatePem());
        }

        @Override
        public byte[] credential() {
            try {
                return credentials.certificate().getEncoded();
            } catch (CertificateEncodingException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public byte[] sign(byte[] message) {
            return ParticipantSignatures.sign(credentials, message);
        }

        @Override
        public boolean verify(String client, byte[] credential, byte[] message, byte[] signature) {
            return signatures.verify(client, credential, message, signature);
        }
    }
}
