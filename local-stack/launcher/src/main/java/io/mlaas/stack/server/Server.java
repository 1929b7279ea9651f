package io.mlaas.stack.server;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A program of the stack: how to start it, whether it answers, how it wishes to be stopped. */
public interface Server {

    String name();

    String version();

    /** What it listens on, by purpose; the first is the one that matters to its clients. */
    Map<String, Integer> ports();

    /** Where clients find it. */
    String url();

    Path log();

    /** Unpacks, formats, initialises what is not yet there. */
    Launch prepare() throws IOException;

    /** Whether it serves its clients now. */
    boolean answers();

    /** How long a start may take on a slow and busy machine. */
    default Duration patience() {
        return Duration.ofSeconds(90);
    }

    /** A process of an earlier life that still owns the data and can go on. */
    default Optional<Child> orphan() {
        return Optional.empty();
    }

    /** How long it may take to stop before it is killed. */
    default Duration graceToStop() {
        return Duration.ofSeconds(20);
    }

    default void askToStop(Child child) {
        child.terminate();
    }
}
