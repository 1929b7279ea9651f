package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.homomorphic.DecryptionProof;
import io.mlaas.federated.homomorphic.KeyDealing;
import io.mlaas.federated.homomorphic.PackedEncryption;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.homomorphic.PaillierPublicKey;
import io.mlaas.federated.secagg.SecAggException;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.ParticipantSignatures;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.DecryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedTraining;
import io.mlaas.ppfl.protocol.v1.EncryptedUpdate;
import io.mlaas.ppfl.protocol.v1.EncryptionSession;
import io.mlaas.ppfl.protocol.v1.KeyRoster;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.SealingKey;
import io.mlaas.ppfl.protocol.v1.Training;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Encrypted updates in four phases: clients advertise keys to seal for; one of them deals a Paillier key to all, past this
 * server; updates come encrypted and are added; one of those who sent some decrypts the sum, and proves that it has. A dealer
 * or decryptor that is gone or lies is replaced by the next.
 */
final class EncryptedRound implements RoundProtocol {
    private static final List<Phase> PHASES =
            List.of(Phase.ADVERTISE_KEYS, Phase.DEAL_KEY, Phase.ENCRYPTED_UPDATE, Phase.DECRYPT);
    private static final int BEGINNING = 32;

    private final RunPlan plan;

    EncryptedRound(RunPlan plan) {
        this.plan = plan;
    }

    @Override
    public List<Phase> phases() {
        return PHASES;
    }

    @Override
    public Phase updates() {
        return Phase.ENCRYPTED_UPDATE;
    }

    @Override
    public int quorum() {
        return plan.quorum();
    }

    /** One dealer, and one who decrypts: what it says is proved. */
    @Override
    public int quorum(Phase phase) {
        return isForOne(phase) ? 1 : quorum();
    }

    private static boolean isForOne(Phase phase) {
        return phase == Phase.DEAL_KEY || phase == Phase.DECRYPT;
    }

    @Override
    public List<String> asks(Phase phase, List<String> answered, RoundRecord record) {
        return isForOne(phase)
                ? candidates(phase, record).subList(0, 1)
                : List.copyOf(record.answers(Phase.ADVERTISE_KEYS).keySet());
    }

    @Override
    public List<String> instead(Phase phase, RoundRecord record) {
        if (!isForOne(phase)) {
            return List.of();
        }
        List<String> left = new ArrayList<>(candidates(phase, record));
        left.removeAll(record.asked(phase));
        return left.isEmpty() ? left : left.subList(0, 1);
    }

    /** In another order in each round and attempt, so that nobody is first for ever. */
    private static List<String> candidates(Phase phase, RoundRecord record) {
        Phase had = phase == Phase.DEAL_KEY ? Phase.ADVERTISE_KEYS : Phase.ENCRYPTED_UPDATE;
        List<String> names = new ArrayList<>(record.answers(had).keySet());
        Run run = record.run();
        Collections.rotate(names, 2 - run.round() - run.attempt() - (phase == Phase.DECRYPT ? 1 : 0));
        return names;
    }

    @Override
    public ByteString question(Phase phase, String name, RoundRecord record) {
        return switch (phase) {
            case ADVERTISE_KEYS ->
                EncryptionSession.newBuilder()
                        .setSession(dealing(record).session())
                        .build()
                        .toByteString();
            case DEAL_KEY -> roster(record).toByteString();
            case ENCRYPTED_UPDATE -> training(name, record).toByteString();
            case DECRYPT ->
                EncryptedSum.newBuilder()
                        .setContent(ByteString.copyFrom(key(record).ciphertexts(sum(record))))
                        .addAllContributors(updates(record).keySet())
                        .build()
                        .toByteString();
            default -> throw new IllegalArgumentException(phase + " (expected: one of " + PHASES + ")");
        };
    }

    private static EncryptedTraining training(String name, RoundRecord record) {
        Map.Entry<String, DealtKey> dealt = dealt(record);
        DealtKey.Builder own = dealt.getValue().toBuilder().clearSealed();
        ByteString sealed = dealt.getValue().getSealedMap().get(name);
        if (sealed != null) {
            own.putSealed(name, sealed);
        }
        return EncryptedTraining.newBuilder()
                .setTraining(Training.newBuilder()
                        .setWeights(ByteString.copyFrom(record.run().model()))
                        .setClippingNorm(record.run().clippingNorm()))
                .setRoster(roster(record))
                .setDealer(dealt.getKey())
                .setKey(own)
                .build();
    }

    @Override
    public void check(Phase phase, String name, ByteString answer, RoundRecord record) {
        try {
            switch (phase) {
                case ADVERTISE_KEYS -> checkAdvertised(name, read(answer, SealingKey::parseFrom), record);
                case DEAL_KEY -> checkDealt(name, read(answer, DealtKey::parseFrom), record);
                case ENCRYPTED_UPDATE -> {
                    EncryptedUpdate update = read(answer, EncryptedUpdate::parseFrom);
                    List<BigInteger> unused = ciphertexts(packed(record), update);
                    PlainRound.requireMeasures(update.getMeasures());
                }
                case DECRYPT -> checkDecrypted(read(answer, DecryptedSum::parseFrom), record);
                default -> throw new AnswerRefused(phase + " (expected: one of " + PHASES + ")");
            }
        } catch (IllegalArgumentException | SecAggException e) {
            throw new AnswerRefused("encrypted updates: " + e.getMessage(), e);
        }
    }

    private static void checkAdvertised(String name, SealingKey advertised, RoundRecord record) {
        byte[] key = advertised.getKey().toByteArray();
        KeyDealing.requireSealingKey(key);
        requireSignature(name, advertised, dealing(record).advertisement(name, key), advertised.getSignature(), record);
    }

    private static void checkDealt(String name, DealtKey dealt, RoundRecord record) {
        PaillierPublicKey key = key(dealt);
        SortedMap<String, byte[]> keys = new TreeMap<>();
        Map<String, SealingKey> roster = roster(record).getClientsMap();
        roster.forEach(
                (client, advertised) -> keys.put(client, advertised.getKey().toByteArray()));
        if (!dealt.getSealedMap().keySet().equals(keys.keySet())) {
            throw new AnswerRefused("encrypted updates: a key for %s (expected: for %s)"
                    .formatted(new TreeMap<>(dealt.getSealedMap()).keySet(), keys.keySet()));
        }
        SealingKey dealer = roster.getOrDefault(name, SealingKey.getDefaultInstance());
        requireSignature(name, dealer, dealing(record).deal(name, key, keys), dealt.getSignature(), record);
    }

    private static void requireSignature(
            String name, SealingKey of, byte[] statement, ByteString signature, RoundRecord record) {
        ParticipantSignatures signatures =
                new ParticipantSignatures(record.run().federation().toString(), record.authority());
        if (!signatures.verify(name, of.getCertificate().toByteArray(), statement, signature.toByteArray())) {
            throw new AnswerRefused("encrypted updates: a key that " + name + " did not sign");
        }
    }

    private void checkDecrypted(DecryptedSum decrypted, RoundRecord record) {
        PaillierPublicKey key = key(record);
        List<BigInteger> sum = sum(record);
        List<BigInteger> plaintexts = key.plaintexts(decrypted.getContent().toByteArray(), sum.size());
        BigInteger proof = new BigInteger(1, decrypted.getProof().toByteArray());
        if (!DecryptionProof.holds(key, dealing(record).session(), sum, plaintexts, proof)) {
            throw new AnswerRefused("encrypted updates: a sum that is not the one of the updates");
        }
    }

    @Override
    public RoundResult aggregate(RoundRecord record) {
        Map<String, EncryptedUpdate> updates = updates(record);
        DecryptedSum decrypted = read(
                ByteString.copyFrom(
                        record.answers(Phase.DECRYPT).values().iterator().next()),
                DecryptedSum::parseFrom);
        PackedEncryption packed = packed(record);
        int length = plan.layout().size() + 2;
        try {
            List<BigInteger> plaintexts =
                    packed.key().plaintexts(decrypted.getContent().toByteArray(), packed.ciphertexts(length));
            SummedUpdates.Total total = summed(record).total(packed.unpack(plaintexts, length), updates.size());
            Map<String, Measures> measures = new LinkedHashMap<>();
            updates.forEach((name, update) -> {
                if (update.hasMeasures()) {
                    measures.put(name, update.getMeasures());
                }
            });
            return new RoundResult(
                    total.mean(), new LinkedHashSet<>(updates.keySet()), Map.of(), measures, total.withinNorm());
        } catch (SecAggException e) {
            throw new AnswerRefused("encrypted updates: " + e.getMessage(), e);
        }
    }

    private List<BigInteger> sum(RoundRecord record) {
        PackedEncryption packed = packed(record);
        return updates(record).values().stream()
                .map(update -> ciphertexts(packed, update))
                .reduce(packed::add)
                .orElseThrow();
    }

    private List<BigInteger> ciphertexts(PackedEncryption packed, EncryptedUpdate update) {
        return packed.key()
                .ciphertexts(
                        update.getContent().toByteArray(),
                        packed.ciphertexts(plan.layout().size() + 2));
    }

    private PackedEncryption packed(RoundRecord record) {
        return new PackedEncryption(key(record), summed(record).quantisation().bits());
    }

    private SummedUpdates summed(RoundRecord record) {
        return SummedUpdates.of(
                plan.layout().size(),
                record.answers(Phase.ADVERTISE_KEYS).size(),
                record.run().clippingNorm());
    }

    private static KeyDealing dealing(RoundRecord record) {
        Run run = record.run();
        return new KeyDealing(SummedUpdates.session(run.federation().toString(), run.round(), run.attempt()));
    }

    private static KeyRoster roster(RoundRecord record) {
        KeyRoster.Builder roster = KeyRoster.newBuilder();
        record.answers(Phase.ADVERTISE_KEYS)
                .forEach((name, answer) ->
                        roster.putClients(name, read(ByteString.copyFrom(answer), SealingKey::parseFrom)));
        return roster.build();
    }

    private static Map<String, EncryptedUpdate> updates(RoundRecord record) {
        Map<String, EncryptedUpdate> updates = new TreeMap<>();
        record.answers(Phase.ENCRYPTED_UPDATE)
                .forEach((name, answer) ->
                        updates.put(name, read(ByteString.copyFrom(answer), EncryptedUpdate::parseFrom)));
        return updates;
    }

    private static Map.Entry<String, DealtKey> dealt(RoundRecord record) {
        Map.Entry<String, byte[]> answer =
                record.answers(Phase.DEAL_KEY).entrySet().iterator().next();
        return Map.entry(answer.getKey(), read(ByteString.copyFrom(answer.getValue()), DealtKey::parseFrom));
    }

    private static PaillierPublicKey key(RoundRecord record) {
        return key(dealt(record).getValue());
    }

    private static PaillierPublicKey key(DealtKey dealt) {
        BigInteger modulus = new BigInteger(1, dealt.getModulus().toByteArray());
        if (modulus.bitLength() != PaillierKeyPair.BITS) {
            throw new AnswerRefused("encrypted updates: a key of %d bits (expected: %d)"
                    .formatted(modulus.bitLength(), PaillierKeyPair.BITS));
        }
        return new PaillierPublicKey(modulus);
    }

    private interface Parser<T> {
        T parse(ByteString bytes) throws InvalidProtocolBufferException;
    }

    private static <T> T read(ByteString answer, Parser<T> parser) {
        try {
            return parser.parse(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new AnswerRefused("encrypted updates: a message that cannot be read (expected: the phase's)", e);
        }
    }

    /** The first bytes of its first ciphertext. */
    @Override
    public SeenUpdates.Seen seen(int round, String name, byte[] answer) {
        byte[] content = read(ByteString.copyFrom(answer), EncryptedUpdate::parseFrom)
                .getContent()
                .toByteArray();
        String beginning = HexFormat.of().formatHex(content, 0, Math.min(BEGINNING, content.length));
        return new SeenUpdates.Seen(round, name, "ENCRYPTED", content.length, Digests.sha256(content), beginning);
    }
}
