package io.mlaas.federated.homomorphic;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Numbers one after the other, each big-endian and of the same width. */
final class FixedWidth {

    private FixedWidth() {}

    static byte[] encode(List<BigInteger> numbers, int width) {
        var bytes = new byte[numbers.size() * width];
        for (var i = 0; i < numbers.size(); i++) {
            var number = numbers.get(i).toByteArray();
            var sign = number.length > width ? number.length - width : 0;
            System.arraycopy(number, sign, bytes, (i + 1) * width - (number.length - sign), number.length - sign);
        }
        return bytes;
    }

    static List<BigInteger> decode(String name, byte[] bytes, int width, int count) {
        if (bytes.length != (long) width * count) {
            throw new IllegalArgumentException(name + ": " + bytes.length + " bytes (expected: " + (long) width * count
                    + ", " + count + " of " + width + ")");
        }
        var numbers = new ArrayList<BigInteger>(count);
        for (var i = 0; i < count; i++) {
            numbers.add(new BigInteger(1, Arrays.copyOfRange(bytes, i * width, (i + 1) * width)));
        }
        return numbers;
    }
}
