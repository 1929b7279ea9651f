package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding: a fixed-point number that covers the whole range of a double in digits of 32 bits, with
 * carries that are put off (a "small superaccumulator": R. M. Neal, "Fast exact summation using small and large
 * superaccumulators", 2015). The sum is rounded once, when it is read; it is the same in whatever order values came.
 */
public final class ExactSum {
    /** The lowest digit's lowest bit is worth 2^-1074, that of the smallest double. */
    private static final int LOWEST = 1074;

    private static final int DIGITS = 68;
    private static final long DIGIT = 0xffff_ffffL;
    /** Each addition changes a digit by less than 2^32, so that no digit of 64 bits overflows before this many. */
    private static final int CARRY_AFTER = 1 << 30;

    private final long[] digits = new long[DIGITS];
    private int uncarried;

    /** @param value finite */
    public void add(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value: " + value + " (expected: a finite number)");
        }
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> 52) & 0x7ff;
        long mantissa = bits & 0xf_ffff_ffff_ffffL;
        if (exponent > 0) {
            mantissa |= 1L << 52;
            exponent--;
        }
        int index = exponent >>> 5;
        int shift = exponent & 31;
        long low = (mantissa << shift) & DIGIT;
        long middle = (mantissa >>> (32 - shift)) & DIGIT;
        long high = shift == 0 ? 0 : mantissa >>> (64 - shift);
        if (bits < 0) {
            digits[index] -= low;
            digits[index + 1] -= middle;
            digits[index + 2] -= high;
        } else {
            digits[index] += low;
            digits[index + 1] += middle;
            digits[index + 2] += high;
        }
        if (++uncarried == CARRY_AFTER) {
            carry();
        }
    }

    /** Adds value² without rounding it. */
    public void addSquare(double value) {
        double square = value * value;
        add(square);
        add(Math.fma(value, value, -square));
    }

    public void merge(ExactSum other) {
        carry();
        other.carry();
        for (int i = 0; i < DIGITS; i++) {
            digits[i] += other.digits[i];
        }
        carry();
    }

    /** The sum, rounded once. */
    public double value() {
        return exact().doubleValue();
    }

    /** The sum as it is. */
    public BigDecimal exact() {
        BigInteger whole = whole();
        int zeros = Math.max(0, whole.getLowestSetBit());
        BigInteger odd = whole.shiftRight(zeros);
        int power = zeros - LOWEST;
        return power >= 0
                ? new BigDecimal(odd.shiftLeft(power))
                : new BigDecimal(odd.multiply(BigInteger.valueOf(5).pow(-power)), -power);
    }

    public void write(DataOutput out) throws IOException {
        BigInteger whole = whole();
        int zeros = Math.max(0, whole.getLowestSetBit());
        byte[] bytes = whole.shiftRight(zeros).toByteArray();
        out.writeShort(zeros);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    public static ExactSum read(DataInput in) throws IOException {
        int zeros = in.readUnsignedShort();
        byte[] bytes = new byte[in.readUnsignedShort()];
        if (bytes.length == 0 || bytes.length * 8L + zeros > 32L * DIGITS) {
            throw new IOException("sum: " + bytes.length + " bytes, shifted by " + zeros
                    + " (expected: 1 byte or more, below " + 32 * DIGITS + " bits)");
        }
        in.readFully(bytes);
        ExactSum sum = new ExactSum();
        BigInteger rest = new BigInteger(bytes).shiftLeft(zeros);
        for (int i = 0; i < DIGITS - 1; i++) {
            sum.digits[i] = rest.longValue() & DIGIT;
            rest = rest.shiftRight(32);
        }
        sum.digits[DIGITS - 1] = rest.longValue();
        return sum;
    }

    private BigInteger whole() {
        carry();
        BigInteger whole = BigInteger.valueOf(digits[DIGITS - 1]);
        for (int i = DIGITS - 2; i >= 0; i--) {
            whole = whole.shiftLeft(32).or(BigInteger.valueOf(digits[i]));
        }
        return whole;
    }

    /** Afterwards every digit but the highest, which has the sign, is within 0 and 2^32 - 1: one form for each sum. */
    private void carry() {
        for (int i = 0; i < DIGITS - 1; i++) {
            digits[i + 1] += digits[i] >> 32;
            digits[i] &= DIGIT;
        }
        uncarried = 0;
    }
}
