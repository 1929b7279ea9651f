package io.mlaas.kit.observe;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The id under which one request is found in the logs of every service that it touched. */
public final class Correlation {
    public static final String HEADER = "X-Correlation-Id";

    private static final String KEY = "correlation_id";
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Correlation() {}

    public static @Nullable String current() {
        return MDC.get(KEY);
    }

    /** A caller's id, or one that is made: where there is none, or one that could forge log lines. */
    public static String of(@Nullable String given) {
        return given != null && SAFE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    /** Until it is closed, this thread works for the request of that id. */
    public static MDC.MDCCloseable within(String id) {
        return MDC.putCloseable(KEY, id);
    }
}
