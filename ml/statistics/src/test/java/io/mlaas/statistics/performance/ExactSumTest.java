package io.mlaas.statistics.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.statistics.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ExactSumTest {
    @Test
    void losesNothingThatCancels() {
        assertThat(sum(1e300, 1, 1e-300, -1e300, -1).value()).isEqualTo(1e-300);
        assertThat(sum(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE).value())
                .isEqualTo(Double.MAX_VALUE);
        assertThat(sum(Double.MIN_VALUE, Double.MIN_VALUE).value()).isEqualTo(2 * Double.MIN_VALUE);
        assertThat(sum(.1, .2, .3, -.6).exact())
                .isEqualByComparingTo(new BigDecimal(.1)
                        .add(new BigDecimal(.2))
                        .add(new BigDecimal(.3))
                        .subtract(new BigDecimal(.6)));
        assertThat(sum(-3.5, 1.25).value()).isEqualTo(-2.25);
        assertThat(sum().value()).isZero();
    }

    @Test
    void isTheSumOfBigDecimalsInEveryOrder() throws IOException {
        double[] values = Streams.gauss(400, 7);
        BigDecimal expected = BigDecimal.ZERO;
        ExactSum forth = new ExactSum();
        ExactSum back = new ExactSum();
        for (int i = 0; i < values.length; i++) {
            double value = values[i] * Math.pow(2, i % 200 - 100);
            values[i] = value;
            expected = expected.add(new BigDecimal(value));
            forth.add(value);
        }
        for (int i = values.length - 1; i >= 0; i--) {
            back.add(values[i]);
        }

        assertThat(forth.exact()).isEqualByComparingTo(expected);
        assertThat(bytes(back)).isEqualTo(bytes(forth));
        assertThat(read(bytes(forth)).exact()).isEqualByComparingTo(expected);
        forth.merge(back);
        assertThat(forth.exact()).isEqualByComparingTo(expected.multiply(BigDecimal.TWO));
    }

    @Test
    void squaresWithoutRounding() {
        ExactSum sum = new ExactSum();
        sum.addSquare(.1);
        assertThat(sum.exact()).isEqualByComparingTo(new BigDecimal(.1).pow(2));
    }

    @Test
    void refusesWhatIsNoNumber() {
        assertThatThrownBy(() -> sum(Double.NaN)).hasMessage("value: NaN (expected: a finite number)");
        assertThatThrownBy(() -> read(new byte[] {0, 0, 0, 0})).isInstanceOf(IOException.class);
    }

    private static ExactSum sum(double... values) {
        ExactSum sum = new ExactSum();
        for (double value : values) {
            sum.add(value);
        }
        return sum;
    }

    private static byte[] bytes(ExactSum sum) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sum.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static ExactSum read(byte[] bytes) throws IOException {
        return ExactSum.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
