package io.mlaas.stack.demo;

import java.util.concurrent.Callable;

/** Who listens while the main job is told: the terminal, or a test. */
public interface Story {

    /**
     * Does one step.
     *
     * @param title what is done
     * @param proves what it proves if it succeeds
     */
    <T> T step(String title, String proves, Callable<T> work) throws Exception;

    /** Something worth seeing within a step. */
    void show(String line);
}
