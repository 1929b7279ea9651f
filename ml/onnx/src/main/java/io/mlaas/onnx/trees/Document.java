package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document, whether written as text or as UBJSON: maps, lists, arrays of numbers ({@code double[]}), strings,
 * numbers, booleans, null. Messages name the path to what is missing.
 */
record Document(Object value, String path) {
    /** Deeper nesting than any model has. */
    static final int MAX_DEPTH = 64;

    boolean has(String name) {
        return value instanceof Map<?, ?> map && map.get(name) != null;
    }

    Document get(String name) {
        Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
        if (found == null) {
            throw refused("nothing", "a value under " + name);
        }
        return new Document(found, path.isEmpty() ? name : path + "." + name);
    }

    List<Document> list() {
        if (!(value instanceof List<?> list)) {
            if (value instanceof double[] numbers && numbers.length == 0) {
                return List.of();
            }
            throw refused(kind(), "a list");
        }
        List<Document> documents = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            documents.add(new Document(list.get(i), path + "[" + i + "]"));
        }
        return documents;
    }

    double[] numbers() {
        if (value instanceof double[] numbers) {
            return numbers;
        }
        throw refused(kind(), "numbers");
    }

    double[] numbers(int length) {
        double[] numbers = numbers();
        if (numbers.length != length) {
            throw refused(numbers.length + " numbers", Integer.toString(length));
        }
        return numbers;
    }

    int[] integers() {
        double[] numbers = numbers();
        int[] integers = new int[numbers.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) numbers[i];
            // "no parent" is written as 2^31 - 1, which fits
            if (integers[i] != numbers[i]) {
                throw refused(Double.toString(numbers[i]), "whole numbers");
            }
        }
        return integers;
    }

    int[] integers(int length) {
        int[] integers = integers();
        if (integers.length != length) {
            throw refused(integers.length + " numbers", Integer.toString(length));
        }
        return integers;
    }

    String text() {
        if (value instanceof String text) {
            return text;
        }
        throw refused(kind(), "a text");
    }

    /** A number, which XGBoost also writes as text. */
    double number() {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.parseDouble(text());
        } catch (NumberFormatException e) {
            throw new TranslationRefused(Reason.DAMAGED, path + ": " + shortened() + " (expected: a number)", e);
        }
    }

    int integer() {
        double number = number();
        if (number != (int) number) {
            throw refused(Double.toString(number), "a whole number");
        }
        return (int) number;
    }

    private String kind() {
        return switch (value) {
            case Map<?, ?> map -> "an object";
            case List<?> list -> "a list";
            case double[] numbers -> numbers.length + " numbers";
            default -> shortened();
        };
    }

    private String shortened() {
        String text = String.valueOf(value);
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private TranslationRefused refused(String found, String expected) {
        return Tree.damaged((path.isEmpty() ? "the document" : path) + ": " + found + " (expected: " + expected + ")");
    }

    /** Collects the elements of a list; numbers are kept as numbers as long as there is nothing else. */
    static final class Elements {
        private final List<@Nullable Object> others = new ArrayList<>();
        private double[] numbers = new double[8];
        private int count;

        void number(double value) {
            if (!others.isEmpty()) {
                others.add(value);
                return;
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            numbers[count++] = value;
        }

        void other(@Nullable Object value) {
            for (int i = 0; i < count; i++) {
                others.add(numbers[i]);
            }
            count = 0;
            others.add(value);
        }

        Object finish() {
            return others.isEmpty() ? Arrays.copyOf(numbers, count) : others;
        }
    }
}
