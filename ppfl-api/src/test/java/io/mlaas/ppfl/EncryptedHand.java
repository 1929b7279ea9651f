package io.mlaas.ppfl;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.federated.homomorphic.DecryptionProof;
import io.mlaas.federated.homomorphic.KeyDealing;
import io.mlaas.federated.homomorphic.PackedEncryption;
import io.mlaas.federated.homomorphic.PaillierKeyPair;
import io.mlaas.federated.homomorphic.PaillierPublicKey;
import io.mlaas.federated.secagg.SummedUpdates;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.identity.ParticipantSignatures;
import io.mlaas.ppfl.protocol.v1.DealtKey;
import io.mlaas.ppfl.protocol.v1.DecryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedSum;
import io.mlaas.ppfl.protocol.v1.EncryptedTraining;
import io.mlaas.ppfl.protocol.v1.EncryptedUpdate;
import io.mlaas.ppfl.protocol.v1.EncryptionSession;
import io.mlaas.ppfl.protocol.v1.KeyRoster;
import io.mlaas.ppfl.protocol.v1.SealingKey;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A client's side of a round of encrypted updates, step by step, for tests that say what is sent. */
public final class EncryptedHand {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final PaillierKeyPair DEALT = PaillierKeyPair.generate(RANDOM);

    public final String name;
    private final ParticipantKey.Credentials credentials;
    private final byte[] secret = KeyDealing.secret(RANDOM);
    private KeyDealing dealing;
    private PaillierKeyPair keys;
    private int clients;
    private double clippingNorm;

    public EncryptedHand(String name, ParticipantKey.Credentials credentials) {
        this.name = name;
        this.credentials = credentials;
    }

    public PaillierKeyPair keys() {
        return keys;
    }

    public ByteString advertise(ByteString question) throws InvalidProtocolBufferException {
        dealing = new KeyDealing(EncryptionSession.parseFrom(question).getSession());
        byte[] key = KeyDealing.sealingKey(secret);
        try {
            return SealingKey.newBuilder()
                    .setKey(ByteString.copyFrom(key))
                    .setCertificate(
                            ByteString.copyFrom(credentials.certificate().getEncoded()))
                    .setSignature(signature(dealing.advertisement(name, key)))
                    .build()
                    .toByteString();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private ByteString signature(byte[] statement) {
        return ByteString.copyFrom(ParticipantSignatures.sign(credentials, statement));
    }

    /** The same in all tests: to make one takes seconds. */
    public ByteString deal(ByteString question) throws InvalidProtocolBufferException {
        PaillierKeyPair made = DEALT;
        TreeMap<String, byte[]> roster = new TreeMap<>();
        KeyRoster.parseFrom(question)
                .getClientsMap()
                .forEach((client, key) -> roster.put(client, key.getKey().toByteArray()));
        DealtKey.Builder dealt = DealtKey.newBuilder()
                .setModulus(ByteString.copyFrom(made.publicKey().n().toByteArray()))
                .setSignature(signature(dealing.deal(name, made.publicKey(), roster)));
        roster.forEach((client, key) ->
                dealt.putSealed(client, ByteString.copyFrom(dealing.seal(made, name, secret, client, key))));
        return dealt.build().toByteString();
    }

    /** Takes the key; what is then encrypted may be anything. */
    public EncryptedHand open(ByteString question) throws InvalidProtocolBufferException {
        EncryptedTraining training = EncryptedTraining.parseFrom(question);
        clients = training.getRoster().getClientsCount();
        clippingNorm = training.getTraining().getClippingNorm();
        keys = dealing.open(
                training.getKey().getSealedOrThrow(name).toByteArray(),
                new PaillierPublicKey(
                        new BigInteger(1, training.getKey().getModulus().toByteArray())),
                training.getDealer(),
                training.getRoster()
                        .getClientsOrThrow(training.getDealer())
                        .getKey()
                        .toByteArray(),
                name,
                secret);
        return this;
    }

    public ByteString update(float[] change, long samples) {
        SummedUpdates sum = SummedUpdates.of(change.length, clients, clippingNorm);
        return sent(new PackedEncryption(keys.publicKey(), sum.quantisation().bits())
                .encrypt(sum.vector(change, samples, true), plaintext -> keys.encrypt(plaintext, RANDOM)));
    }

    public ByteString sent(List<BigInteger> ciphertexts) {
        return EncryptedUpdate.newBuilder()
                .setContent(ByteString.copyFrom(keys.publicKey().ciphertexts(ciphertexts)))
                .build()
                .toByteString();
    }

    /** @param lie is added to the first plaintext */
    public ByteString decrypt(ByteString question, int lie) throws InvalidProtocolBufferException {
        byte[] content = EncryptedSum.parseFrom(question).getContent().toByteArray();
        int width = 2 * PaillierKeyPair.BITS / 8;
        List<BigInteger> ciphertexts = keys.publicKey().ciphertexts(content, content.length / width);
        List<BigInteger> plaintexts =
                new ArrayList<>(ciphertexts.stream().map(keys::decrypt).toList());
        plaintexts.set(0, plaintexts.getFirst().add(BigInteger.valueOf(lie)));
        return DecryptedSum.newBuilder()
                .setContent(ByteString.copyFrom(keys.publicKey().plaintexts(plaintexts)))
                .setProof(ByteString.copyFrom(DecryptionProof.prove(keys, dealing.session(), ciphertexts, plaintexts)
                        .toByteArray()))
                .build()
                .toByteString();
    }
}
