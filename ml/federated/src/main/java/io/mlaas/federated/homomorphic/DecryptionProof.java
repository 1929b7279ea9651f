package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/**
 * That plaintexts are those of ciphertexts, for whoever has the public key alone. Who decrypts c to m can take the n-th
 * root of c·g⁻ᵐ, which is there for no other m. One root is enough for all: of the product of such quotients to
 * exponents of 128 bits that are drawn, by hashing, when all is fixed (small exponents: M. Bellare, J. Garay and T. Rabin,
 * "Fast Batch Verification for Modular Exponentiation and Digital Signatures", EUROCRYPT 1998). A wrong plaintext passes
 * with a chance of 2⁻¹²⁸, as g is of order n, which has no small divisors.
 */
public final class DecryptionProof {

    private static final int EXPONENT_BYTES = 16;

    private DecryptionProof() {}

    /** @param context of this sum alone, so that no proof is one of another */
    public static BigInteger prove(
            PaillierKeyPair keys, String context, List<BigInteger> ciphertexts, List<BigInteger> plaintexts) {
        return keys.root(quotient(keys.publicKey(), context, ciphertexts, plaintexts));
    }

    /** @return whether every plaintext is that of its ciphertext; the key's two factors must be large primes */
    public static boolean holds(
            PaillierPublicKey key,
            String context,
            List<BigInteger> ciphertexts,
            List<BigInteger> plaintexts,
            BigInteger proof) {
        return ciphertexts.size() == plaintexts.size()
                && proof.signum() > 0
                && proof.compareTo(key.n()) < 0
                && plaintexts.stream()
                        .allMatch(plaintext -> plaintext.signum() >= 0 && plaintext.compareTo(key.n()) < 0)
                && proof.modPow(key.n(), key.nSquared()).equals(quotient(key, context, ciphertexts, plaintexts));
    }

    /** ∏ cᵉ · g^−Σem mod n². */
    private static BigInteger quotient(
            PaillierPublicKey key, String context, List<BigInteger> ciphertexts, List<BigInteger> plaintexts) {
        var square = key.nSquared();
        var seed = seed(key, context, ciphertexts, plaintexts);
        var product = BigInteger.ONE;
        var message = BigInteger.ZERO;
        for (var i = 0; i < ciphertexts.size(); i++) {
            var exponent = exponent(seed, i);
            product = product.multiply(ciphertexts.get(i).modPow(exponent, square))
                    .mod(square);
            message = message.add(exponent.multiply(plaintexts.get(i))).mod(key.n());
        }
        return product.multiply(BigInteger.ONE.subtract(message.multiply(key.n())))
                .mod(square);
    }

    private static byte[] seed(
            PaillierPublicKey key, String context, List<BigInteger> ciphertexts, List<BigInteger> plaintexts) {
        var digest = sha256();
        part(digest, "mlaas-paillier/1 decryption".getBytes(StandardCharsets.UTF_8));
        part(digest, context.getBytes(StandardCharsets.UTF_8));
        part(digest, key.n().toByteArray());
        part(digest, key.ciphertexts(ciphertexts));
        part(digest, key.plaintexts(plaintexts));
        return digest.digest();
    }

    private static void part(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static BigInteger exponent(byte[] seed, int index) {
        var digest = sha256();
        digest.update(seed);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
        return new BigInteger(1, Arrays.copyOf(digest.digest(), EXPONENT_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
