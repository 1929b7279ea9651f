package io.mlaas.onnx.tensorflow;

/** Einstein's notation as TensorFlow writes it, where three dots stand for any further axes. */
final class Equation {
    private static final String DOTS = "...";
    private static final String FREE = "ZYXWVUTSRQPO";

    private Equation() {}

    /** The same with letters in place of dots, and with a right side. */
    static String explicit(String equation, int... ranks) {
        String[] sides = equation.replace(" ", "").split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length != 2 || terms.length != ranks.length) {
            throw new IllegalArgumentException(
                    "equation: " + equation + " (expected: " + ranks.length + " terms -> one)");
        }
        int most = 0;
        for (int i = 0; i < terms.length; i++) {
            most = terms[i].contains(DOTS) ? Math.max(most, ranks[i] - terms[i].length() + DOTS.length()) : most;
        }
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < terms.length; i++) {
            int own = ranks[i] - terms[i].length() + DOTS.length();
            result.append(i == 0 ? "" : ",")
                    .append(
                            terms[i].contains(DOTS)
                                    ? terms[i].replace(DOTS, FREE.substring(most - own, most))
                                    : terms[i]);
        }
        return result.append("->")
                .append(sides[1].replace(DOTS, FREE.substring(0, most)))
                .toString();
    }
}
