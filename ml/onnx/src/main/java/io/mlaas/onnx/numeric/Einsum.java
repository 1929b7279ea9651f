package io.mlaas.onnx.numeric;

import io.mlaas.onnx.numeric.Array.Reduction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Sums of products by Einstein's notation. */
public final class Einsum {
    private Einsum() {}

    /** Sums the product of both over all values of all letters that the result does not have. */
    public static Array einsum(String equation, Array a, Array b) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        Map<Character, Integer> sizes = new LinkedHashMap<>();
        for (char letter : sides[1].toCharArray()) {
            sizes.put(letter, 0);
        }
        for (int i = 0; i < terms[0].length(); i++) {
            sizes.put(terms[0].charAt(i), a.size(i));
        }
        for (int i = 0; i < terms[1].length(); i++) {
            sizes.put(terms[1].charAt(i), b.size(i));
        }
        List<Character> letters = new ArrayList<>(sizes.keySet());
        Array left = spread(a, terms[0], letters);
        Array right = spread(b, terms[1], letters);
        int[] summed = IntStream.range(sides[1].length(), letters.size()).toArray();
        Array all = left.times(right);
        return summed.length == 0 ? all : all.reduce(Reduction.SUM, false, summed);
    }

    private static Array spread(Array x, String term, List<Character> letters) {
        int[] order =
                letters.stream().mapToInt(term::indexOf).filter(i -> i >= 0).toArray();
        int[] shape = letters.stream()
                .mapToInt(l -> term.indexOf(l) < 0 ? 1 : x.size(term.indexOf(l)))
                .toArray();
        return x.transpose(order).reshape(shape);
    }
}
