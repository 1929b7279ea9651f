package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.homomorphic.DecryptionProof;
import io.mlaas.federated.homomorphic.KeyDealing;
import io.mlaas.federated.homomorphic.PackedEncryption;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.secagg.Endorsement;
import io.mlaas.federated.secagg.SecAggException;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.DecryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedTraining;
import io.mlaas.ppfl.protocol.v1.EncryptedUpdate;
import io.mlaas.ppfl.protocol.v1.EncryptionSession;
import io.mlaas.ppfl.protocol.v1.KeyRoster;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.SealingKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Updates under a key that the clients of the round share and the server has not: it adds what it cannot read, and one
 * client reads the sum for it. A client reads one sum of a round, because two would differ by a single update.
 */
final class EncryptedAnswers implements RoundAnswers {
    private static final String SECRET = "encryption-secret";
    private static final String ROUND = "encrypted-round";
    private static final String SUM = "encrypted-sum";
    private static final String READ = "decrypted-round";

    private final LocalRounds rounds;
    private final EnrolmentKit kit;
    private final int quorum;
    private final Endorsement endorsement;
    private final StateDirectory state;
    private final SecureRandom random = new SecureRandom();

    /** @param quorum of the plan: a sum of fewer updates is not read */
    EncryptedAnswers(LocalRounds rounds, EnrolmentKit kit, int quorum, Endorsement endorsement, StateDirectory state) {
        this.rounds = rounds;
        this.kit = kit;
        this.quorum = quorum;
        this.endorsement = endorsement;
        this.state = state;
    }

    @Override
    public ByteString answer(Place place, ByteString question, RoundMemory memory)
            throws InvalidProtocolBufferException {
        try {
            return switch (place.getPhase()) {
                case ADVERTISE_KEYS -> advertise(place, EncryptionSession.parseFrom(question), memory);
                case DEAL_KEY -> deal(place, KeyRoster.parseFrom(question), memory);
                case ENCRYPTED_UPDATE -> train(place, EncryptedTraining.parseFrom(question), memory);
                case DECRYPT -> decrypt(place, EncryptedSum.parseFrom(question), memory);
                case UPDATE, SHARE_KEYS, MASKED_INPUT, CONSISTENCY_CHECK, UNMASK, PHASE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new ProtocolException(
                            "phase " + place.getPhase() + " (expected: of encrypted updates, as the plan says)");
            };
        } catch (IllegalArgumentException | SecAggException e) {
            throw new ProtocolException("encrypted updates: " + e.getMessage());
        }
    }

    private ByteString advertise(Place place, EncryptionSession question, RoundMemory memory) {
        KeyDealing dealing = dealing(place);
        if (!question.getSession().equals(dealing.session())) {
            throw new ProtocolException("session: " + question.getSession() + " (expected: " + dealing.session() + ")");
        }
        byte[] secret = KeyDealing.secret(random);
        byte[] key = KeyDealing.sealingKey(secret);
        memory.remember(SECRET, secret);
        return SealingKey.newBuilder()
                .setKey(ByteString.copyFrom(key))
                .setCertificate(ByteString.copyFrom(endorsement.credential()))
                .setSignature(ByteString.copyFrom(endorsement.sign(dealing.advertisement(kit.participant(), key))))
                .build()
                .toByteString();
    }

    private ByteString deal(Place place, KeyRoster clients, RoundMemory memory) {
        KeyDealing dealing = dealing(place);
        byte[] secret = secret(memory);
        CertifiedRoster roster = roster(place, clients, secret);
        PaillierKeyPair keys = PaillierKeyPair.generate(random);
        DealtKey.Builder dealt = DealtKey.newBuilder()
                .setModulus(ByteString.copyFrom(keys.publicKey().n().toByteArray()))
                .setSignature(ByteString.copyFrom(
                        endorsement.sign(dealing.deal(kit.participant(), keys.publicKey(), roster.keys()))));
        roster.keys()
                .forEach((name, key) -> dealt.putSealed(
                        name, ByteString.copyFrom(dealing.seal(keys, kit.participant(), secret, name, key))));
        return dealt.build().toByteString();
    }

    private ByteString train(Place place, EncryptedTraining question, RoundMemory memory) {
        byte[] secret = secret(memory);
        CertifiedRoster roster = roster(place, question.getRoster(), secret);
        PaillierKeyPair keys = roster.open(question.getDealer(), question.getKey(), secret);
        LocalRounds.Trained trained = rounds.train(place.getRound(), question.getTraining());
        SummedUpdates sum = SummedUpdates.of(
                trained.change().length,
                roster.keys().size(),
                question.getTraining().getClippingNorm());
        long[] vector = sum.vector(trained.change(), trained.samples(), trained.withinNorm());
        List<BigInteger> ciphertexts = new PackedEncryption(
                        keys.publicKey(), sum.quantisation().bits())
                .encrypt(vector, plaintext -> keys.encrypt(plaintext, random));
        memory.remember(ROUND, new KeyOfRound(keys, sum).encode());
        EncryptedUpdate.Builder update = EncryptedUpdate.newBuilder()
                .setContent(ByteString.copyFrom(keys.publicKey().ciphertexts(ciphertexts)));
        trained.measures().ifPresent(update::setMeasures);
        return update.build().toByteString();
    }

    /** What the server says is in the sum is taken on trust, but for what the sum itself shows. */
    private ByteString decrypt(Place place, EncryptedSum question, RoundMemory memory) {
        KeyOfRound round = KeyOfRound.decode(memory.remembered(ROUND).orElseThrow(EncryptedAnswers::lost));
        long contributors = question.getContributorsList().stream().distinct().count();
        if (contributors < quorum || !question.getContributorsList().contains(kit.participant())) {
            throw new ProtocolException("a sum of " + question.getContributorsList() + " (expected: of " + quorum
                    + " clients at least, this one among them)");
        }
        PaillierKeyPair keys = round.keys();
        PackedEncryption packed = new PackedEncryption(
                keys.publicKey(), round.sum().quantisation().bits());
        int length = round.sum().size() + 2;
        List<BigInteger> ciphertexts =
                keys.publicKey().ciphertexts(question.getContent().toByteArray(), packed.ciphertexts(length));
        readOnce(place, question, memory);
        List<BigInteger> plaintexts = ciphertexts.stream().map(keys::decrypt).toList();
        SummedUpdates.Total unused = round.sum().total(packed.unpack(plaintexts, length), (int) contributors);
        BigInteger proof = DecryptionProof.prove(keys, dealing(place).session(), ciphertexts, plaintexts);
        return DecryptedSum.newBuilder()
                .setContent(ByteString.copyFrom(keys.publicKey().plaintexts(plaintexts)))
                .setProof(ByteString.copyFrom(proof.toByteArray()))
                .build()
                .toByteString();
    }

    /** Written down before anything is read. */
    private void readOnce(Place place, EncryptedSum question, RoundMemory memory) {
        byte[] asked = question.toByteArray();
        Optional<byte[]> before = memory.remembered(SUM);
        int last = Integer.parseInt(state.text(READ).orElse("0").strip());
        if (before.isPresent() ? !Arrays.equals(before.get(), asked) : last >= place.getRound()) {
            throw new ProtocolException("round " + place.getRound() + ": this client has read a sum of round " + last
                    + " already, and reads no other one of the same updates");
        }
        memory.remember(SUM, asked);
        state.write(READ, Integer.toString(place.getRound()));
    }

    private CertifiedRoster roster(Place place, KeyRoster clients, byte[] secret) {
        CertifiedRoster roster = CertifiedRoster.of(dealing(place), kit.participant(), clients, endorsement);
        if (roster.keys().size() < quorum
                || !Arrays.equals(roster.keys().get(kit.participant()), KeyDealing.sealingKey(secret))) {
            throw new ProtocolException("roster: " + roster.keys().keySet() + " (expected: " + quorum
                    + " clients at least, this one with its own key among them)");
        }
        return roster;
    }

    private KeyDealing dealing(Place place) {
        return new KeyDealing(SummedUpdates.session(kit.federation(), place.getRound(), place.getAttempt()));
    }

    private static byte[] secret(RoundMemory memory) {
        return memory.remembered(SECRET).orElseThrow(EncryptedAnswers::lost);
    }

    private static ProtocolException lost() {
        return new ProtocolException("encrypted updates: this client has no keys of this attempt any more");
    }
}
