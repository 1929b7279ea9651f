package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Both keys; decrypts modulo p² and q² apart, which is three to four times as fast as modulo n². */
public final class PaillierKeyPair {

    public static final int BITS = 3072;

    private static final int CERTAINTY = 128;

    private final PaillierPublicKey publicKey;
    private final BigInteger p;
    private final BigInteger q;
    private final BigInteger pSquared;
    private final BigInteger qSquared;
    private final BigInteger hp;
    private final BigInteger hq;
    private final BigInteger pInverse;
    private final BigInteger pSquaredInverse;

    /** @throws IllegalArgumentException p and q are no key of this scheme */
    public PaillierKeyPair(BigInteger p, BigInteger q) {
        if (p.equals(q)
                || p.bitLength() != q.bitLength()
                || !p.isProbablePrime(CERTAINTY)
                || !q.isProbablePrime(CERTAINTY)) {
            throw new IllegalArgumentException("p, q: (expected: different primes of the same length)");
        }
        publicKey = new PaillierPublicKey(p.multiply(q));
        this.p = p;
        this.q = q;
        pSquared = p.multiply(p);
        qSquared = q.multiply(q);
        hp = inverseOfL(p, pSquared);
        hq = inverseOfL(q, qSquared);
        pInverse = p.modInverse(q);
        pSquaredInverse = pSquared.modInverse(qSquared);
    }

    public static PaillierKeyPair generate(SecureRandom random) {
        return generate(BITS, random);
    }

    /** @param bits of n: 2048 at least, even */
    public static PaillierKeyPair generate(int bits, SecureRandom random) {
        if (bits < PaillierPublicKey.LEAST_BITS || bits % 2 != 0) {
            throw new IllegalArgumentException(
                    "bits: " + bits + " (expected: even, >= " + PaillierPublicKey.LEAST_BITS + ")");
        }
        while (true) {
            var p = BigInteger.probablePrime(bits / 2, random);
            var q = BigInteger.probablePrime(bits / 2, random);
            // the two highest bits of each would do; else n may be a bit short
            if (!p.equals(q) && p.multiply(q).bitLength() == bits) {
                return new PaillierKeyPair(p, q);
            }
        }
    }

    public PaillierPublicKey publicKey() {
        return publicKey;
    }

    /** The secret: with it {@link #PaillierKeyPair(BigInteger, BigInteger)} is the same key. */
    public BigInteger p() {
        return p;
    }

    /** The secret's other half. */
    public BigInteger q() {
        return q;
    }

    /**
     * As the public key encrypts, about four times as fast: n-th powers modulo n² are p-th powers modulo p² and q-th
     * powers modulo q², independently.
     */
    public BigInteger encrypt(BigInteger plaintext, SecureRandom random) {
        var n = publicKey.n();
        PaillierPublicKey.requireResidue("plaintext", plaintext, n);
        var blindingP = unit(p, random).modPow(p, pSquared);
        var blindingQ = unit(q, random).modPow(q, qSquared);
        var lift = blindingQ
                .subtract(blindingP)
                .multiply(pSquaredInverse)
                .mod(qSquared)
                .multiply(pSquared);
        return plaintext
                .multiply(n)
                .add(BigInteger.ONE)
                .multiply(lift.add(blindingP))
                .mod(n.multiply(n));
    }

    private static BigInteger unit(BigInteger prime, SecureRandom random) {
        var unit = new BigInteger(prime.bitLength(), random);
        while (unit.signum() == 0 || unit.compareTo(prime) >= 0) {
            unit = new BigInteger(prime.bitLength(), random);
        }
        return unit;
    }

    /** The plaintext, 0 to n − 1; of any ciphertext, since nothing shows who made it. */
    public BigInteger decrypt(BigInteger ciphertext) {
        PaillierPublicKey.requireResidue("ciphertext", ciphertext, publicKey.nSquared());
        var mp = l(ciphertext.modPow(p.subtract(BigInteger.ONE), pSquared), p)
                .multiply(hp)
                .mod(p);
        var mq = l(ciphertext.modPow(q.subtract(BigInteger.ONE), qSquared), q)
                .multiply(hq)
                .mod(q);
        return mq.subtract(mp).multiply(pInverse).mod(q).multiply(p).add(mp);
    }

    /** The n-th root modulo n of an n-th power modulo n²; of anything else, something that is none. */
    BigInteger root(BigInteger power) {
        var rootP = rootModulo(power, p);
        var rootQ = rootModulo(power, q);
        return rootQ.subtract(rootP).multiply(pInverse).mod(q).multiply(p).add(rootP);
    }

    private BigInteger rootModulo(BigInteger power, BigInteger prime) {
        var exponent = publicKey.n().modInverse(prime.subtract(BigInteger.ONE));
        return power.mod(prime).modPow(exponent, prime);
    }

    private BigInteger inverseOfL(BigInteger prime, BigInteger primeSquared) {
        var g = publicKey.n().add(BigInteger.ONE);
        return l(g.modPow(prime.subtract(BigInteger.ONE), primeSquared), prime).modInverse(prime);
    }

    /** L(x) = (x − 1) / prime. */
    private static BigInteger l(BigInteger x, BigInteger prime) {
        return x.subtract(BigInteger.ONE).divide(prime);
    }

    @Override
    public String toString() {
        return "Paillier key pair of " + publicKey.n().bitLength() + " bits";
    }
}
