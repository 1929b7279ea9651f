package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Vectors of real numbers as few ciphertexts. A value is round(x · 2⁴⁰), shifted to be not negative; a slot has room for
 * the sum of as many as there are addends, so that no slot ever runs over into its neighbour.
 *
 * @param key of whoever may read the sum
 * @param range greatest magnitude of one value
 * @param addends most vectors that are added
 */
public record PackedEncryption(PaillierPublicKey key, double range, int addends) {

    public static final int FRACTION_BITS = 40;

    public PackedEncryption {
        if (!(range > 0) || range > 0x1p22) {
            throw new IllegalArgumentException("range: " + range + " (expected: > 0, <= 2^22)");
        }
        if (addends < 1) {
            throw new IllegalArgumentException("addends: " + addends + " (expected: >= 1)");
        }
    }

    /** Of a slot: sign and magnitude of one value, and guard bits for the carries of the sum. */
    public int slotBits() {
        return BigInteger.valueOf(2 * offset() + 1).bitLength()
                + BigInteger.valueOf(addends).bitLength();
    }

    /** In each plaintext, which stays below n. */
    public int slots() {
        return (key.n().bitLength() - 1) / slotBits();
    }

    private long offset() {
        return (long) Math.ceil(range * 0x1p40);
    }

    /**
     * @param encryption of one plaintext, by the public key or, faster, by the key pair
     * @throws IllegalArgumentException a value is not a number or out of range; names its index
     */
    public List<BigInteger> encrypt(double[] values, UnaryOperator<BigInteger> encryption) {
        var ciphertexts = new ArrayList<BigInteger>();
        for (var from = 0; from < values.length; from += slots()) {
            ciphertexts.add(encryption.apply(pack(values, from)));
        }
        return ciphertexts;
    }

    private BigInteger pack(double[] values, int from) {
        var plaintext = BigInteger.ZERO;
        for (var i = Math.min(from + slots(), values.length) - 1; i >= from; i--) {
            if (!(Math.abs(values[i]) <= range)) {
                throw new IllegalArgumentException(
                        "value " + i + ": " + values[i] + " (expected: within ±" + range + ")");
            }
            var fixed = Math.round(values[i] * 0x1p40) + offset();
            plaintext = plaintext.shiftLeft(slotBits()).add(BigInteger.valueOf(fixed));
        }
        return plaintext;
    }

    /** Slot by slot; whoever adds counts the addends, which decryption has to know. */
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

    /**
     * The sum of the vectors that were added.
     *
     * @param added how many: each brought its shift with it
     */
    public double[] decrypt(List<BigInteger> ciphertexts, int length, int added, PaillierKeyPair keys) {
        if (added < 1 || added > addends) {
            throw new IllegalArgumentException("added: " + added + " (expected: 1 to " + addends + ")");
        }
        if (ciphertexts.size() != Math.ceilDiv(length, slots())) {
            throw new IllegalArgumentException("ciphertexts: " + ciphertexts.size() + " (expected: "
                    + Math.ceilDiv(length, slots()) + " for " + length + " values)");
        }
        var values = new double[length];
        var slot = BigInteger.ONE.shiftLeft(slotBits()).subtract(BigInteger.ONE);
        var shift = BigInteger.valueOf(offset()).multiply(BigInteger.valueOf(added));
        for (var i = 0; i < ciphertexts.size(); i++) {
            var plaintext = keys.decrypt(ciphertexts.get(i));
            for (var j = i * slots(); j < Math.min((i + 1) * slots(), length); j++) {
                values[j] = plaintext.and(slot).subtract(shift).doubleValue() / 0x1p40;
                plaintext = plaintext.shiftRight(slotBits());
            }
        }
        return values;
    }
}
