package io.mlaas.bench.serving;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is asked for a prediction. */
interface Target extends AutoCloseable {

    String name();

    /**
     * Returns at once.
     *
     * @param answered is given what went wrong, or null
     */
    void ask(Consumer<@Nullable String> answered);

    @Override
    void close();
}
