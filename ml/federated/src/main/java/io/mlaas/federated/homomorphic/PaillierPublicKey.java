package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * n, with g = n + 1. Plaintexts are residues modulo n, ciphertexts modulo n².
 *
 * @param n a product of two primes of the same length
 */
public record PaillierPublicKey(BigInteger n) {

    public static final int LEAST_BITS = 2048;

    public PaillierPublicKey {
        if (n.bitLength() < LEAST_BITS || !n.testBit(0)) {
            throw new IllegalArgumentException(
                    "n: " + n.bitLength() + " bits (expected: odd, >= " + LEAST_BITS + " bits)");
        }
    }

    public BigInteger nSquared() {
        return n.multiply(n);
    }

    /** c = (1 + mn) rⁿ mod n², with r drawn from the units modulo n. */
    public BigInteger encrypt(BigInteger plaintext, SecureRandom random) {
        requireResidue("plaintext", plaintext, n);
        var square = nSquared();
        var blinding = unit(random).modPow(n, square);
        return plaintext.multiply(n).add(BigInteger.ONE).multiply(blinding).mod(square);
    }

    /** A ciphertext of the sum of both plaintexts modulo n. */
    public BigInteger add(BigInteger first, BigInteger second) {
        var square = nSquared();
        requireResidue("ciphertext", first, square);
        requireResidue("ciphertext", second, square);
        return first.multiply(second).mod(square);
    }

    /** A ciphertext of factor times the plaintext modulo n. */
    public BigInteger multiply(BigInteger ciphertext, BigInteger factor) {
        var square = nSquared();
        requireResidue("ciphertext", ciphertext, square);
        return ciphertext.modPow(factor.mod(n), square);
    }

    private BigInteger unit(SecureRandom random) {
        var unit = new BigInteger(n.bitLength(), random);
        // a common divisor of n and r would be a factor of n: it is not met in practice
        while (unit.signum() == 0 || unit.compareTo(n) >= 0 || !unit.gcd(n).equals(BigInteger.ONE)) {
            unit = new BigInteger(n.bitLength(), random);
        }
        return unit;
    }

    static void requireResidue(String name, BigInteger value, BigInteger modulus) {
        if (value.signum() < 0 || value.compareTo(modulus) >= 0) {
            throw new IllegalArgumentException(name + ": out of range (expected: 0 <= " + name + " < modulus of "
                    + modulus.bitLength() + " bits)");
        }
    }
}
