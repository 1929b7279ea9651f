package io.mlaas.kit.observe;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The id under which one request is found in the logs of every service that it touched. */
public final class Correlation {
    public static final String HEADER = "X-Correlation-Id";
    static final String KEY = "correlation_id";

    private Correlation() {}

    public static @Nullable String current() {
        return MDC.get(KEY);
    }
}
