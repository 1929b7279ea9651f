package io.mlaas.onnx.trees;

import java.util.Map;

/**
 * Lines of the form {@code key=value} under a heading.
 *
 * @param name for messages
 */
record LightGbmBlock(String name, Map<String, String> entries) {
    boolean has(String key) {
        return entries.containsKey(key);
    }

    String text(String key) {
        String text = entries.get(key);
        if (text == null) {
            throw Tree.damaged(name + ": nothing under " + key + " (expected: a line " + key + "=…)");
        }
        return text;
    }

    int integer(String key) {
        double number = number(key, text(key));
        if (number != (int) number) {
            throw Tree.damaged(name + ": " + key + ": " + number + " (expected: a whole number)");
        }
        return (int) number;
    }

    double number(String key, String text) {
        return switch (text) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> {
                try {
                    yield Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw Tree.damaged(
                            name + ": " + key + ": " + text.substring(0, Math.min(60, text.length()))
                                    + " (expected: a number)",
                            e);
                }
            }
        };
    }

    double[] numbers(String key, int length) {
        String text = text(key).strip();
        String[] words = text.isEmpty() ? new String[0] : text.split(" ", -1);
        if (words.length != length) {
            throw Tree.damaged(name + ": " + key + ": " + words.length + " numbers (expected: " + length + ")");
        }
        double[] numbers = new double[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = number(key, words[i]);
        }
        return numbers;
    }

    /** Numbers between which there may be several spaces. */
    double[] spaced(String key, int length) {
        String[] words = text(key).strip().split("\\s+", -1);
        int found = words[0].isEmpty() ? 0 : words.length;
        if (found != length) {
            throw Tree.damaged(name + ": " + key + ": " + found + " numbers (expected: " + length + ")");
        }
        double[] numbers = new double[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = number(key, words[i]);
        }
        return numbers;
    }

    long[] integers(String key, int length) {
        double[] numbers = numbers(key, length);
        long[] integers = new long[length];
        for (int i = 0; i < length; i++) {
            integers[i] = (long) numbers[i];
            if (integers[i] != numbers[i]) {
                throw Tree.damaged(name + ": " + key + ": " + numbers[i] + " (expected: whole numbers)");
            }
        }
        return integers;
    }
}
