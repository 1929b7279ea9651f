package io.mlaas.training.runner;

import io.mlaas.api.sharing.TrainingRecord.Platform;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runner knows of a run before it begins.
 *
 * @param environment the variables that it sets, but for the parameters and for those that are different in every run
 * @param platform the machine, if the runner knows on which one it will be
 */
public record RunFacts(
        Map<String, String> environment, @Nullable Platform platform) {
    private static final String THREADS = "OMP_NUM_THREADS";

    /** That a numeric library may use, as its variable says. */
    public @Nullable Integer threads() {
        String threads = environment.getOrDefault(THREADS, "");
        return threads.matches("[1-9][0-9]{0,5}") ? Integer.valueOf(threads) : null;
    }
}
