package io.mlaas.observer;

/** A namespace of Linux that keeps a program from what was not declared. */
public enum Barrier {
    FILES("--files"),
    NETWORK("--network"),
    PROCESSES("--processes");

    private final String option;

    Barrier(String option) {
        this.option = option;
    }

    String option() {
        return option;
    }
}
