package io.mlaas.onnx.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A size that may depend on symbols such as {@code batch}: a polynomial with integer coefficients, so that {@code
 * (batch * 4) / 4} is known to be {@code batch} without a value for it. Symbols stand for integers ≥ 1.
 */
public final class Dim {
    private static final int MAX_TERMS = 100;
    private static final int MAX_PRODUCT = 500;

    /** Coefficients by product of symbols, such as {@code batch*time}; the empty product is the constant. */
    private final TreeMap<String, Long> terms;

    private Dim(SortedMap<String, Long> terms) {
        this.terms = new TreeMap<>(terms);
        this.terms.values().removeIf(c -> c == 0);
        // no real network has such sizes: hostile code could make them grow without end
        if (terms.size() > MAX_TERMS || terms.keySet().stream().anyMatch(t -> t.length() > MAX_PRODUCT)) {
            throw new ArithmeticException("a size of " + terms.size() + " terms");
        }
    }

    public static Dim of(long value) {
        TreeMap<String, Long> terms = new TreeMap<>();
        terms.put("", value);
        return new Dim(terms);
    }

    public static Dim symbol(String name) {
        TreeMap<String, Long> terms = new TreeMap<>();
        terms.put(name, 1L);
        return new Dim(terms);
    }

    public boolean isConstant() {
        return terms.isEmpty() || (terms.size() == 1 && terms.containsKey(""));
    }

    public boolean is(long value) {
        return isConstant() && value() == value;
    }

    /** @throws IllegalStateException when it is not a constant */
    public long value() {
        if (!isConstant()) {
            throw new IllegalStateException("size: " + this + " (expected: a constant)");
        }
        return terms.getOrDefault("", 0L);
    }

    public Dim plus(Dim other) {
        TreeMap<String, Long> sum = new TreeMap<>(terms);
        other.terms.forEach((k, v) -> sum.merge(k, v, Math::addExact));
        return new Dim(sum);
    }

    public Dim plus(long other) {
        return plus(of(other));
    }

    public Dim minus(Dim other) {
        return plus(other.times(of(-1)));
    }

    public Dim times(Dim other) {
        TreeMap<String, Long> product = new TreeMap<>();
        terms.forEach((a, x) ->
                other.terms.forEach((b, y) -> product.merge(join(a, b), Math.multiplyExact(x, y), Math::addExact)));
        return new Dim(product);
    }

    public Dim times(long other) {
        return times(of(other));
    }

    /** The quotient rounded down where both are constants, the exact quotient by a single term, otherwise nothing. */
    public Optional<Dim> dividedBy(Dim divisor) {
        if (divisor.isConstant() && divisor.value() == 0) {
            return Optional.empty();
        }
        if (isConstant() && divisor.isConstant()) {
            return Optional.of(of(Math.floorDiv(value(), divisor.value())));
        }
        if (equals(divisor)) {
            return Optional.of(of(1));
        }
        if (divisor.terms.size() != 1) {
            return Optional.empty();
        }
        Map.Entry<String, Long> by = divisor.terms.firstEntry();
        TreeMap<String, Long> quotient = new TreeMap<>();
        for (Map.Entry<String, Long> term : terms.entrySet()) {
            List<String> left = factors(term.getKey());
            for (String factor : factors(by.getKey())) {
                if (!left.remove(factor)) {
                    return Optional.empty();
                }
            }
            if (term.getValue() % by.getValue() != 0) {
                return Optional.empty();
            }
            quotient.put(String.join("*", left), term.getValue() / by.getValue());
        }
        return Optional.of(new Dim(quotient));
    }

    /** The sign of {@code this - other} where it is the same for all values ≥ 1 of the symbols. */
    public OptionalLong compare(Dim other) {
        Dim difference = minus(other);
        if (difference.isConstant()) {
            return OptionalLong.of(Long.signum(difference.value()));
        }
        long atOne =
                difference.terms.values().stream().mapToLong(Long::longValue).sum();
        boolean rises =
                difference.terms.entrySet().stream().allMatch(t -> t.getKey().isEmpty() || t.getValue() > 0);
        boolean falls =
                difference.terms.entrySet().stream().allMatch(t -> t.getKey().isEmpty() || t.getValue() < 0);
        if (rises && atOne > 0) {
            return OptionalLong.of(1);
        }
        return falls && atOne < 0 ? OptionalLong.of(-1) : OptionalLong.empty();
    }

    public SortedSet<String> symbols() {
        SortedSet<String> symbols = new TreeSet<>();
        terms.keySet().forEach(k -> symbols.addAll(factors(k)));
        return symbols;
    }

    /** The terms, each as its coefficient and the symbols it multiplies. */
    public List<Map.Entry<Long, List<String>>> terms() {
        return terms.entrySet().stream()
                .map(t -> Map.entry(t.getValue(), factors(t.getKey())))
                .collect(Collectors.toList());
    }

    private static List<String> factors(String product) {
        return product.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(product.split("\\*", -1)));
    }

    private static String join(String a, String b) {
        List<String> factors = factors(a);
        factors.addAll(factors(b));
        Collections.sort(factors);
        return String.join("*", factors);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dim dim && terms.equals(dim.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        if (isConstant()) {
            return Long.toString(value());
        }
        return terms.descendingMap().entrySet().stream()
                .map(t -> t.getKey().isEmpty()
                        ? t.getValue().toString()
                        : t.getValue() == 1 ? t.getKey() : t.getValue() + "*" + t.getKey())
                .collect(Collectors.joining("+"));
    }
}
