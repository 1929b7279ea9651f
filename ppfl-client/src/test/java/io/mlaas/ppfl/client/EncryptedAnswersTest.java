package io.mlaas.ppfl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.mlaas.federated.homomorphic.DecryptionProof;
import io.mlaas.federated.homomorphic.PackedEncryption;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.DecryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedTraining;
import io.mlaas.ppfl.protocol.v1.EncryptionSession;
import io.mlaas.ppfl.protocol.v1.KeyRoster;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.SealingKey;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client does not do for a server that lies about keys and sums. */
class EncryptedAnswersTest {
    private static final String FEDERATION = "00000000-0000-4000-8000-000000000040";
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private final FederationAuthority authority =
            FederationAuthority.create(FEDERATION, Instant.now(), Duration.ofDays(1));

    @Test
    void takesNoKeyThatIsNotDealtByAParticipantToTheParticipants() throws Exception {
        try (Participant a = new Participant("a", authority);
                Participant b = new Participant("b", authority);
                Participant c = new Participant("c", authority)) {
            SealingKey ofA = a.advertise(1);
            SealingKey ofB = b.advertise(1);
            KeyRoster both = roster("a", ofA, "b", ofB);
            DealtKey dealt = DealtKey.parseFrom(a.answer(1, Phase.DEAL_KEY, both.toByteString()));
            assertThat(dealt.getSealedMap()).containsOnlyKeys("a", "b");

            // a key of the server's own, under b's name
            FederationAuthority forger = FederationAuthority.create(FEDERATION, Instant.now(), Duration.ofDays(1));
            try (Participant forged = new Participant("b", forger, "forged")) {
                KeyRoster lie = roster("a", ofA, "b", forged.advertise(1));
                assertRefused(a, Phase.DEAL_KEY, lie.toByteString(), "b: a key to seal for that it did not sign");
            }
            assertRefused(
                    a, Phase.DEAL_KEY, roster("b", ofB, "c", c.advertise(1)).toByteString(), "roster: [b, c]");
            assertRefused(a, Phase.DEAL_KEY, roster("a", ofA, "a", ofA).toByteString(), "roster: [a]");

            KeyRoster more = both.toBuilder().putClients("c", c.advertise(1)).build();
            assertRefused(b, question(more, "a", dealt), "a: a key that it did not deal to this roster");
            assertRefused(b, question(both, "b", dealt), "b: a key that it did not deal to this roster");
            assertRefused(b, question(both, "x", dealt), "x: a dealer that is not in the roster");
            BigInteger another = new BigInteger(1, dealt.getModulus().toByteArray()).add(BigInteger.TWO);
            assertRefused(
                    b,
                    question(
                            both,
                            "a",
                            dealt.toBuilder()
                                    .setModulus(ByteString.copyFrom(another.toByteArray()))
                                    .build()),
                    "a: a key that it did not deal to this roster");
            BigInteger small = BigInteger.ONE.shiftLeft(2048).add(BigInteger.ONE);
            assertRefused(
                    b,
                    question(
                            both,
                            "a",
                            dealt.toBuilder()
                                    .setModulus(ByteString.copyFrom(small.toByteArray()))
                                    .build()),
                    "a: a key of 2049 bits (expected: 3072)");
        }
    }

    @Test
    void readsOneSumOfARoundAndNoneOfTooFew() throws Exception {
        PaillierKeyPair keys = PaillierKeyPair.generate(2048, RANDOM); // of this length they are made in a moment
        SummedUpdates sum = SummedUpdates.of(3, 2, 1);
        PackedEncryption packed =
                new PackedEncryption(keys.publicKey(), sum.quantisation().bits());
        List<BigInteger> one = packed.encrypt(
                sum.vector(new float[] {.5f, -.25f, 0}, 1, true), plaintext -> keys.encrypt(plaintext, RANDOM));
        List<BigInteger> two = packed.add(one, one);
        try (Participant a = new Participant("a", authority)) {
            SealingKey unused = a.advertise(1);
            a.memory(1, 1).remember("encrypted-round", new KeyOfRound(keys, sum).encode());
            assertRefused(a, Phase.DECRYPT, sum(keys, one, "a"), "a sum of [a] (expected: of 2 clients at least");
            assertRefused(a, Phase.DECRYPT, sum(keys, two, "b", "c"), "this one among them)");
            assertRefused(a, Phase.DECRYPT, sum(keys, two, "a", "a"), "a sum of [a, a]");
            ByteString asked = sum(keys, two, "a", "b");
            DecryptedSum read = DecryptedSum.parseFrom(a.answer(1, Phase.DECRYPT, asked));
            List<BigInteger> plaintexts =
                    keys.publicKey().plaintexts(read.getContent().toByteArray(), 1);
            assertThat(sum.total(packed.unpack(plaintexts, 5), 2).mean()).containsExactly(.5, -.25, 0);
            assertThat(DecryptionProof.holds(
                            keys.publicKey(),
                            SummedUpdates.session(FEDERATION, 1, 1),
                            two,
                            plaintexts,
                            new BigInteger(1, read.getProof().toByteArray())))
                    .isTrue();
            assertThat(a.answer(1, Phase.DECRYPT, asked)).isEqualTo(read.toByteString());
            assertRefused(
                    a,
                    Phase.DECRYPT,
                    sum(keys, packed.add(two, one), "a", "b", "c"),
                    "this client has read a sum of round 1 already");
            a.memory(1, 2).remember("encrypted-round", new KeyOfRound(keys, sum).encode());
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> a.answer(2, Phase.DECRYPT, asked))
                    .withMessageContaining("this client has read a sum of round 1 already");
        }
    }

    private static ByteString sum(PaillierKeyPair keys, List<BigInteger> ciphertexts, String... contributors) {
        return EncryptedSum.newBuilder()
                .setContent(ByteString.copyFrom(keys.publicKey().ciphertexts(ciphertexts)))
                .addAllContributors(List.of(contributors))
                .build()
                .toByteString();
    }

    private static KeyRoster roster(String first, SealingKey ofFirst, String second, SealingKey ofSecond) {
        return KeyRoster.newBuilder()
                .putClients(first, ofFirst)
                .putClients(second, ofSecond)
                .build();
    }

    private static ByteString question(KeyRoster roster, String dealer, DealtKey key) {
        return EncryptedTraining.newBuilder()
                .setRoster(roster)
                .setDealer(dealer)
                .setKey(key)
                .build()
                .toByteString();
    }

    private static void assertRefused(Participant who, ByteString question, String reason) {
        assertRefused(who, Phase.ENCRYPTED_UPDATE, question, reason);
    }

    private static void assertRefused(Participant who, Phase phase, ByteString question, String reason) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> who.answer(1, phase, question))
                .withMessageContaining(reason);
    }

    /** A client that never comes to train: what is asked of it is refused before. */
    private final class Participant implements AutoCloseable {
        private final StateDirectory state;
        private final EncryptedAnswers answers;

        Participant(String name, FederationAuthority by) {
            this(name, by, name);
        }

        Participant(String name, FederationAuthority by, String directory) {
            ParticipantKey key = ParticipantKey.generate();
            EnrolmentKit kit = EnrolmentKit.create(
                    authority, name, "localhost:1", Instant.now().plusSeconds(60));
            state = StateDirectory.open(folder.resolve(directory));
            String certificate = by.issue(key.certificateRequest(name), name, Instant.now(), Duration.ofHours(1))
                    .certificatePem();
            answers = new EncryptedAnswers(
                    null,
                    kit,
                    2,
                    new CertifiedEndorsement(kit, ParticipantKey.credentials(key.pem(), certificate)),
                    state);
        }

        SealingKey advertise(int attempt) throws Exception {
            ByteString question = EncryptionSession.newBuilder()
                    .setSession(SummedUpdates.session(FEDERATION, 1, attempt))
                    .build()
                    .toByteString();
            return SealingKey.parseFrom(answer(attempt, Phase.ADVERTISE_KEYS, question));
        }

        ByteString answer(int attempt, Phase phase, ByteString question) throws Exception {
            return answers.answer(place(1, attempt, phase), question, memory(1, attempt));
        }

        RoundMemory memory(int round, int attempt) {
            return RoundMemory.of(place(round, attempt, Phase.PHASE_UNSPECIFIED), state);
        }

        private static Place place(int round, int attempt, Phase phase) {
            return Place.newBuilder()
                    .setRound(round)
                    .setAttempt(attempt)
                    .setPhase(phase)
                    .build();
        }

        @Override
        public void close() {
            state.close();
        }
    }
}
