package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionTolerance;
import io.mlaas.kit.problem.PlatformProblem;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a reproduction.
 *
 * @param runs how often it is trained again
 * @param diagnose whether the causes of a difference are looked for, by up to some twenty more runs
 */
record Request(
        @Schema(minimum = "1", maximum = "20", defaultValue = "1") @Nullable
        Integer runs,

        @Nullable ReproductionTolerance tolerance,

        @Schema(
                defaultValue = "true",
                description = "look for the causes of a difference, by up to some twenty more runs")
        @Nullable
        Boolean diagnose) {
    private static final int MOST = 20;

    static Request of(@Nullable Request given) {
        Request request = given == null ? new Request(null, null, null) : given;
        request.check();
        return new Request(
                request.runs == null ? 1 : request.runs,
                request.tolerance,
                request.diagnose == null ? Boolean.TRUE : request.diagnose);
    }

    int times() {
        return runs == null ? 1 : runs;
    }

    boolean wantsCauses() {
        return !Boolean.FALSE.equals(diagnose);
    }

    private void check() {
        if (runs != null && (runs < 1 || runs > MOST)) {
            throw PlatformProblem.INVALID_REQUEST.because("runs: %d (expected: 1 to %d)".formatted(runs, MOST));
        }
        if (tolerance == null) {
            return;
        }
        require("tolerance.tensors", tolerance.tensors());
        Map<String, Double> metrics = tolerance.metrics() == null ? Map.of() : tolerance.metrics();
        metrics.forEach((name, value) -> require("tolerance.metrics." + name, value));
        if (tolerance.tensors() == null && metrics.isEmpty()) {
            throw PlatformProblem.INVALID_REQUEST.because("tolerance: empty (expected: metrics, tensors, or both)");
        }
    }

    private static void require(String path, @Nullable Double value) {
        if (value != null && !(value >= 0 && Double.isFinite(value))) {
            throw PlatformProblem.INVALID_REQUEST.because(path + ": " + value + " (expected: a number >= 0)");
        }
    }
}
