package io.mlaas.federated.aggregation;

/**
 * What an update must satisfy whatever the strategy: one number that is not finite makes every mean useless.
 *
 * @param layout of the model that is trained
 * @param largestNorm most Euclidean length of an update; infinite for any
 * @param mostSamples most samples that a client may say it has: a weighted mean believes it
 */
public record UpdateChecks(ParameterLayout layout, double largestNorm, long mostSamples) {

    public UpdateChecks {
        if (!(largestNorm > 0)) {
            throw new IllegalArgumentException("largest norm: " + largestNorm + " (expected: > 0)");
        }
        if (mostSamples < 1) {
            throw new IllegalArgumentException("most samples: " + mostSamples + " (expected: >= 1)");
        }
    }

    /** Only what no strategy can do without: shape, finite numbers, at least one sample. */
    public static UpdateChecks of(ParameterLayout layout) {
        return new UpdateChecks(layout, Double.POSITIVE_INFINITY, Integer.MAX_VALUE);
    }

    /** @throws RefusedUpdateException with the client and the first rule that is broken */
    public void require(ModelUpdate update) {
        if (update.samples() < 1 || update.samples() > mostSamples) {
            throw refused(update, "samples: " + update.samples() + " (expected: 1 to " + mostSamples + ")");
        }
        float[] delta = update.delta();
        if (delta.length != layout.size()) {
            throw refused(update, "shape: " + delta.length + " numbers (expected: " + layout.size() + ")");
        }
        double squares = 0;
        for (float value : delta) {
            squares += (double) value * value;
        }
        if (!Double.isFinite(squares)) { // squares of floats do not overflow a double
            throw refused(update, notFinite(delta));
        }
        double norm = Math.sqrt(squares);
        if (norm > largestNorm) {
            throw refused(update, "norm: " + (float) norm + " (expected: <= " + (float) largestNorm + ")");
        }
    }

    private String notFinite(float[] delta) {
        for (int i = 0; i < delta.length; i++) {
            if (!Float.isFinite(delta[i])) {
                return layout.at(i) + ": " + delta[i] + " (expected: a finite number)";
            }
        }
        throw new IllegalStateException("all numbers are finite, their squares are not");
    }

    private static RefusedUpdateException refused(ModelUpdate update, String reason) {
        return new RefusedUpdateException(update.client(), reason);
    }
}
