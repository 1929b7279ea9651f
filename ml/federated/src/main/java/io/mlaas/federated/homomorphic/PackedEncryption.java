package io.mlaas.federated.homomorphic;

import io.mlaas.federated.secagg.Quantisation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Vectors of integers as few ciphertexts. A plaintext has slots of as many bits as the sum of all vectors needs, which is
 * for the {@link Quantisation} to see to; so no slot of the sum runs over into its neighbour, and no room is kept for
 * carries. Integers are signed: a plaintext is Σ v·2^(bits·slot) modulo n, whose upper half stands for negative ones.
 *
 * @param key of whoever may read the sum
 * @param bits 32 or 64, of one value
 */
public record PackedEncryption(PaillierPublicKey key, int bits) {

    public PackedEncryption {
        if (bits != 32 && bits != 64) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 32 or 64)");
        }
    }

    /** In each plaintext, whose magnitude stays below n/2. */
    public int slots() {
        return (key.n().bitLength() - 2) / bits;
    }

    /** That hold so many values. */
    public int ciphertexts(int length) {
        return Math.ceilDiv(length, slots());
    }

    /**
     * @param values residues modulo 2^bits
     * @param encryption of one plaintext, by the public key or, faster, by the key pair
     */
    public List<BigInteger> encrypt(long[] values, UnaryOperator<BigInteger> encryption) {
        var ciphertexts = new ArrayList<BigInteger>();
        for (var from = 0; from < values.length; from += slots()) {
            ciphertexts.add(encryption.apply(pack(values, from)));
        }
        return ciphertexts;
    }

    private BigInteger pack(long[] values, int from) {
        var plaintext = BigInteger.ZERO;
        for (var i = Math.min(from + slots(), values.length) - 1; i >= from; i--) {
            plaintext = plaintext.shiftLeft(bits).add(BigInteger.valueOf(signed(values[i])));
        }
        return plaintext.mod(key.n());
    }

    private long signed(long residue) {
        return bits == 64 ? residue : (int) residue;
    }

    /** Slot by slot. */
    public List<BigInteger> add(List<BigInteger> first, List<BigInteger> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "ciphertexts: " + second.size() + " (expected: " + first.size() + ", as the others)");
        }
        var sum = new ArrayList<BigInteger>(first.size());
        for (var i = 0; i < first.size(); i++) {
            sum.add(key.add(first.get(i), second.get(i)));
        }
        return sum;
    }

    /** The signed integers, sums of those that were encrypted, of decrypted plaintexts. */
    public long[] unpack(List<BigInteger> plaintexts, int length) {
        if (plaintexts.size() != ciphertexts(length)) {
            throw new IllegalArgumentException("plaintexts: " + plaintexts.size() + " (expected: " + ciphertexts(length)
                    + " for " + length + " values)");
        }
        var values = new long[length];
        for (var i = 0; i < plaintexts.size(); i++) {
            PaillierPublicKey.requireResidue("plaintext", plaintexts.get(i), key.n());
            var rest = centred(plaintexts.get(i));
            for (var j = i * slots(); j < Math.min((i + 1) * slots(), length); j++) {
                values[j] = signed(rest.longValue());
                rest = rest.subtract(BigInteger.valueOf(values[j])).shiftRight(bits);
            }
        }
        return values;
    }

    private BigInteger centred(BigInteger plaintext) {
        return plaintext.shiftLeft(1).compareTo(key.n()) < 0 ? plaintext : plaintext.subtract(key.n());
    }
}
