package io.mlaas.federated.secagg;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** A. Shamir, "How to Share a Secret", 1979, over the least prime above 2^256: secrets are any 32 bytes. */
final class Shamir {

    static final BigInteger PRIME = BigInteger.TWO.pow(256).add(BigInteger.valueOf(297));
    static final int SHARE_BYTES = 33;
    private static final int SECRET_BYTES = 32;

    private Shamir() {}

    /** Shares for the points 1 … n, any t of which restore the secret. */
    static List<byte[]> share(byte[] secret, int threshold, int n, SecureRandom random) {
        var coefficients = new BigInteger[threshold];
        coefficients[0] = new BigInteger(1, secret);
        for (var i = 1; i < threshold; i++) {
            coefficients[i] = element(random);
        }
        var shares = new ArrayList<byte[]>(n);
        for (var x = 1; x <= n; x++) {
            var point = BigInteger.valueOf(x);
            var value = BigInteger.ZERO;
            for (var i = threshold - 1; i >= 0; i--) {
                value = value.multiply(point).add(coefficients[i]).mod(PRIME);
            }
            shares.add(bytes(value, SHARE_BYTES));
        }
        return shares;
    }

    private static BigInteger element(SecureRandom random) {
        var candidate = new BigInteger(257, random);
        while (candidate.compareTo(PRIME) >= 0) {
            candidate = new BigInteger(257, random);
        }
        return candidate;
    }

    /** What is multiplied with the shares of exactly these points to get the secret; the same for every secret. */
    static BigInteger[] weights(List<Integer> points) {
        var weights = new BigInteger[points.size()];
        for (var i = 0; i < weights.length; i++) {
            var numerator = BigInteger.ONE;
            var denominator = BigInteger.ONE;
            for (var other : points) {
                if (!other.equals(points.get(i))) {
                    numerator = numerator.multiply(BigInteger.valueOf(other)).mod(PRIME);
                    denominator = denominator
                            .multiply(BigInteger.valueOf(other - points.get(i)))
                            .mod(PRIME);
                }
            }
            weights[i] = numerator.multiply(denominator.modInverse(PRIME)).mod(PRIME);
        }
        return weights;
    }

    /** The secret, or 32 other bytes if the shares are not of one secret: whoever restores has a commitment to compare. */
    static byte[] restore(List<byte[]> shares, BigInteger[] weights) {
        var secret = BigInteger.ZERO;
        for (var i = 0; i < weights.length; i++) {
            secret = secret.add(new BigInteger(1, shares.get(i)).multiply(weights[i]));
        }
        return bytes(secret.mod(PRIME).mod(BigInteger.TWO.pow(256)), SECRET_BYTES);
    }

    static byte[] bytes(BigInteger value, int length) {
        var bytes = new byte[length];
        var digits = value.toByteArray();
        var count = Math.min(digits.length, length);
        System.arraycopy(digits, digits.length - count, bytes, length - count, count);
        return bytes;
    }
}
