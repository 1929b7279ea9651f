package io.mlaas.translation.onnx;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a request wants to wait: {@code Prefer: respond-async}, or {@code Prefer: wait=<seconds>} (RFC 7240). */
final class Patience {
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*(\\d{1,4})(?=$|[,;\\s])");
    private static final Pattern ASYNCHRONOUS = Pattern.compile("(?:^|[,;\\s])respond-async(?=$|[,;\\s])");
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Patience() {}

    /** @param usual for a request that says nothing */
    static Duration of(@Nullable String prefer, Duration usual) {
        if (prefer == null) {
            return usual;
        }
        Matcher wait = WAIT.matcher(prefer);
        if (wait.find()) {
            Duration wanted = Duration.ofSeconds(Long.parseLong(wait.group(1)));
            return wanted.compareTo(LONGEST) < 0 ? wanted : LONGEST;
        }
        return ASYNCHRONOUS.matcher(prefer).find() ? Duration.ZERO : usual;
    }
}
