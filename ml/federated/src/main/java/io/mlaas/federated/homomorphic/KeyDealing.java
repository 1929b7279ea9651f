package io.mlaas.federated.homomorphic;

import io.mlaas.federated.secagg.Agreement;
import io.mlaas.federated.secagg.Sealing;
import io.mlaas.federated.secagg.SecAggException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * How the clients of a session come by one key pair that the server carries between them and cannot read. Each advertises
 * an X25519 key that it has signed; one of them, the dealer, makes the pair and seals its primes for every key; what the
 * dealer signs says to which keys, so that the server cannot put one of its own among them.
 *
 * @param session never that of another attempt
 */
public record KeyDealing(String session) {

    /** What a client signs with its key to seal for. */
    public byte[] advertisement(String client, byte[] sealingKey) {
        return statement("key", client.getBytes(StandardCharsets.UTF_8), sealingKey);
    }

    /**
     * What a dealer signs.
     *
     * @param roster keys to seal for, by client
     */
    public byte[] deal(String dealer, PaillierPublicKey key, SortedMap<String, byte[]> roster) {
        var clients = new ByteArrayOutputStream();
        roster.forEach((client, sealingKey) -> {
            part(clients, client.getBytes(StandardCharsets.UTF_8));
            part(clients, sealingKey);
        });
        return statement(
                "dealt", dealer.getBytes(StandardCharsets.UTF_8), key.n().toByteArray(), clients.toByteArray());
    }

    private byte[] statement(String kind, byte[]... parts) {
        var out = new ByteArrayOutputStream();
        part(out, ("mlaas-paillier/1 " + kind).getBytes(StandardCharsets.UTF_8));
        part(out, session.getBytes(StandardCharsets.UTF_8));
        for (var part : parts) {
            part(out, part);
        }
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, byte[] part) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        out.writeBytes(part);
    }

    /** 32 bytes that a client keeps to itself. */
    public static byte[] secret(SecureRandom random) {
        return Agreement.secret(random);
    }

    /** The key that others seal for. */
    public static byte[] sealingKey(byte[] secret) {
        return new Agreement(secret).publicKey();
    }

    /** @throws IllegalArgumentException it is none */
    public static void requireSealingKey(byte[] key) {
        if (key.length != Agreement.BYTES) {
            throw new IllegalArgumentException(
                    "key to seal for: " + key.length + " bytes (expected: " + Agreement.BYTES + ")");
        }
    }

    /**
     * The primes of a pair, for one client's eyes.
     *
     * @param secret of the dealer
     * @throws IllegalArgumentException the receiver's key is of small order
     */
    public byte[] seal(PaillierKeyPair keys, String dealer, byte[] secret, String receiver, byte[] receiverKey) {
        return Sealing.seal(agreed(secret, receiver, receiverKey, dealer, receiver), encode(keys));
    }

    /**
     * What {@link #seal} made, by its receiver.
     *
     * @throws IllegalArgumentException it was not sealed by this dealer for this client, or is not this key
     */
    public PaillierKeyPair open(
            byte[] sealed, PaillierPublicKey key, String dealer, byte[] dealerKey, String receiver, byte[] secret) {
        byte[] opened;
        try {
            opened = Sealing.open(dealer, agreed(secret, dealer, dealerKey, dealer, receiver), sealed);
        } catch (SecAggException e) {
            throw new IllegalArgumentException(dealer + ": a key that is not sealed for " + receiver, e);
        }
        var keys = decode(opened);
        if (!keys.publicKey().equals(key)) {
            throw new IllegalArgumentException(dealer + ": primes of another key than the one that it told");
        }
        return keys;
    }

    private byte[] agreed(byte[] secret, String other, byte[] otherKey, String dealer, String receiver) {
        try {
            return new Agreement(secret)
                    .agree(other, otherKey, Sealing.purpose("paillier key", session, dealer, receiver));
        } catch (SecAggException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A pair as bytes: its owner's secret. */
    public static byte[] encode(PaillierKeyPair keys) {
        return FixedWidth.encode(
                List.of(keys.p(), keys.q()), Math.ceilDiv(keys.p().bitLength(), 8));
    }

    /** @throws IllegalArgumentException the bytes are of no pair */
    public static PaillierKeyPair decode(byte[] bytes) {
        if (bytes.length == 0 || bytes.length % 2 != 0) {
            throw new IllegalArgumentException("primes: " + bytes.length + " bytes (expected: two of the same length)");
        }
        var half = bytes.length / 2;
        return new PaillierKeyPair(
                new BigInteger(1, Arrays.copyOf(bytes, half)),
                new BigInteger(1, Arrays.copyOfRange(bytes, half, bytes.length)));
    }
}
