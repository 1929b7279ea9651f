package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;

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

    /** As bytes, each of the width of n². */
    public byte[] ciphertexts(List<BigInteger> ciphertexts) {
        return FixedWidth.encode(ciphertexts, 2 * width());
    }

    /**
     * What {@link #ciphertexts(List)} made, from whoever sent it.
     *
     * @throws IllegalArgumentException it is not so many ciphertexts; names the one that cannot be any
     */
    public List<BigInteger> ciphertexts(byte[] bytes, int count) {
        var ciphertexts = FixedWidth.decode("ciphertexts", bytes, 2 * width(), count);
        var product = BigInteger.ONE;
        for (var i = 0; i < count; i++) {
            requireResidue("ciphertext " + i, ciphertexts.get(i), nSquared());
            product = product.multiply(ciphertexts.get(i).mod(n)).mod(n);
        }
        if (!isUnit(product)) {
            for (var i = 0; i < count; i++) {
                if (!isUnit(ciphertexts.get(i))) {
                    throw new IllegalArgumentException(
                            "ciphertext " + i + ": no ciphertext of this key (expected: a unit modulo n²)");
                }
            }
        }
        return ciphertexts;
    }

    private boolean isUnit(BigInteger residue) {
        return residue.gcd(n).equals(BigInteger.ONE);
    }

    /** As bytes, each of the width of n. */
    public byte[] plaintexts(List<BigInteger> plaintexts) {
        return FixedWidth.encode(plaintexts, width());
    }

    /**
     * What {@link #plaintexts(List)} made.
     *
     * @throws IllegalArgumentException it is not so many plaintexts
     */
    public List<BigInteger> plaintexts(byte[] bytes, int count) {
        var plaintexts = FixedWidth.decode("plaintexts", bytes, width(), count);
        for (var i = 0; i < count; i++) {
            requireResidue("plaintext " + i, plaintexts.get(i), n);
        }
        return plaintexts;
    }

    private int width() {
        return Math.ceilDiv(n.bitLength(), 8);
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
