package io.mlaas.stack.supervise;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Told what happens while the stack starts, runs and stops. */
public interface Progress {

    void starting(String name);

    /** @param adopted whether it was still running from before */
    void ready(String name, String url, long pid, Duration took, boolean adopted);

    /** Something was made that was not there before. */
    void added(String name, String what);

    void problem(String name, String what);

    void stopped(String name);

    /** The whole stack answers, or does not. */
    void finished(@Nullable String problem);
}
