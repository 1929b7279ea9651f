package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledObject;

/**
 * Shares of non-negative components, found by multiplying them round by round: Lee and Seung, Algorithms for Non-negative
 * Matrix Factorization, 2001. All rows begin at the same number and stop together.
 *
 * @param components {@code H}, (components, columns)
 * @param divergence whether the distance is that of Kullback and Leibler; else squares
 * @param linear penalty of each share
 * @param quadratic penalty of each share
 * @param bySteps whether it stops when the shares hardly move, as MiniBatchNMF; else when the error hardly falls
 */
record Updates(
        Matrix components,
        boolean divergence,
        double linear,
        double quadratic,
        double tolerance,
        int rounds,
        boolean bySteps) {
    /** What scikit-learn puts in the place of zero: the distance of 1 from the next 32-bit float. */
    static final double LEAST = Math.ulp(1f);

    /** After how many rounds the error is looked at. */
    static final int EVERY = 10;

    private static final int MOST_ROUNDS = 100_000;

    static Updates of(PickledObject model, boolean bySteps) {
        Matrix components = Matrix.of(model, "components_");
        double strength = components.columns() * model.number("alpha_W", 0);
        double share = model.number("l1_ratio", 0);
        boolean own = bySteps && model.has("transform_max_iter") && model.get("transform_max_iter") != null;
        int rounds = model.integer(own ? "transform_max_iter" : "max_iter");
        if (rounds > MOST_ROUNDS) {
            throw refuse(model, "max_iter: " + rounds, "<= " + MOST_ROUNDS);
        }
        return new Updates(
                components,
                isDivergence(model),
                strength * share,
                strength * (1 - share),
                model.number("tol", 1e-4),
                rounds,
                bySteps);
    }

    /**
     * Whether the linear penalty is added once more in each round: scikit-learn (1.2.1, 1.9.1) adds it in place to the sums of
     * the components that it keeps for the next round.
     */
    boolean penaltyGrows() {
        return divergence && !bySteps;
    }

    private static boolean isDivergence(PickledObject model) {
        String loss = model.get("beta_loss") instanceof Number number
                ? Double.toString(number.doubleValue())
                : model.text("beta_loss", "frobenius");
        return switch (loss) {
            case "frobenius", "2.0" -> false;
            case "kullback-leibler", "1.0" -> true;
            default -> throw refuse(model, "beta_loss: " + loss, "frobenius or kullback-leibler");
        };
    }

    private static TranslationRefused refuse(PickledObject model, String found, String expected) {
        return new TranslationRefused(
                Reason.UNSUPPORTED_CODE, model.simpleName() + "." + found + " (expected: " + expected + ")");
    }
}
