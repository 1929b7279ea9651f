package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;

/** Count, sum and sum of squares, all exact: a mean and a deviation that do not depend on the order of the values. */
final class SumsOf {
    private static final MathContext PRECISE = new MathContext(40);

    private long count;
    private final ExactSum sum;
    private final ExactSum squares;

    SumsOf() {
        this(0, new ExactSum(), new ExactSum());
    }

    private SumsOf(long count, ExactSum sum, ExactSum squares) {
        this.count = count;
        this.sum = sum;
        this.squares = squares;
    }

    void add(double value) {
        sum.add(value);
        squares.addSquare(value);
        count++;
    }

    void merge(SumsOf other) {
        count += other.count;
        sum.merge(other.sum);
        squares.merge(other.squares);
    }

    long count() {
        return count;
    }

    BigDecimal total() {
        return sum.exact();
    }

    double mean() {
        return over(sum.exact(), count);
    }

    double meanSquare() {
        return over(squares.exact(), count);
    }

    BigDecimal squares() {
        return squares.exact();
    }

    /** The sum of squared differences from the mean. */
    BigDecimal squaresAboutMean() {
        if (count == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal total = sum.exact();
        BigDecimal n = BigDecimal.valueOf(count);
        return squares.exact().multiply(n).subtract(total.multiply(total)).divide(n, PRECISE);
    }

    /** With n - 1 in the denominator; NaN of fewer than two values. */
    double deviation() {
        return count < 2 ? Double.NaN : Math.sqrt(over(squaresAboutMean(), count - 1));
    }

    static double over(BigDecimal numerator, long denominator) {
        return denominator == 0
                ? Double.NaN
                : numerator.divide(BigDecimal.valueOf(denominator), PRECISE).doubleValue();
    }

    static double ratio(BigDecimal numerator, BigDecimal denominator) {
        return denominator.signum() == 0
                ? Double.NaN
                : numerator.divide(denominator, PRECISE).doubleValue();
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        sum.write(out);
        squares.write(out);
    }

    static SumsOf read(DataInput in) throws IOException {
        return new SumsOf(Rows.count(in), ExactSum.read(in), ExactSum.read(in));
    }
}
