package io.mlaas.observer;

/** What may differ from run to run though the inputs are the same, and can be made the same. */
public enum Factor {
    /** The date and the time since the machine started, which also is what unseeded generators of Java begin with. */
    CLOCK("the clock (with which Java also begins new Random() and the order of Set.of and Map.of)"),
    /** The system's random numbers. */
    ENTROPY("the system's random numbers, with which unseeded generators begin"),
    /** The order of hash tables: seeds of hash functions, and the addresses of objects. */
    HASH_ORDER("the order of hash tables, by seeds of hash functions or by addresses"),
    /** How many threads there are, and processors for them. */
    THREADS("the number of threads and processors");

    private final String description;

    Factor(String description) {
        this.description = description;
    }

    /** In words. */
    public String description() {
        return description;
    }
}
