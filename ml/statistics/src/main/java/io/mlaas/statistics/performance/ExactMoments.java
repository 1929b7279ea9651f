package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;

/** Count, sum and sum of squares, all exact: a mean and a deviation that do not depend on the order of the values. */
public final class ExactMoments {
    private static final MathContext PRECISE = new MathContext(40);

    private long count;
    private final ExactSum sum;
    private final ExactSum squares;

    public ExactMoments() {
        this(0, new ExactSum(), new ExactSum());
    }

    private ExactMoments(long count, ExactSum sum, ExactSum squares) {
        this.count = count;
        this.sum = sum;
        this.squares = squares;
    }

    /** @param value finite, and its square, too */
    public void add(double value) {
        sum.add(value);
        squares.addSquare(value);
        count++;
    }

    public void merge(ExactMoments other) {
        count += other.count;
        sum.merge(other.sum);
        squares.merge(other.squares);
    }

    public long count() {
        return count;
    }

    BigDecimal total() {
        return sum.exact();
    }

    /** NaN of no value. */
    public double mean() {
        return over(sum.exact(), count);
    }

    /** NaN of no value. */
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

    /** With n in the denominator; NaN of no value. */
    public double populationDeviation() {
        return Math.sqrt(over(squaresAboutMean(), count));
    }

    /** With n - 1 in the denominator; NaN of fewer than two values. */
    public double deviation() {
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

    public void write(DataOutput out) throws IOException {
        out.writeLong(count);
        sum.write(out);
        squares.write(out);
    }

    /** @throws IOException where the bytes are not what {@link #write} wrote */
    public static ExactMoments read(DataInput in) throws IOException {
        return new ExactMoments(Rows.count(in), ExactSum.read(in), ExactSum.read(in));
    }
}
