package io.mlaas.neural.network;

/** Type of the elements of a network's input. */
public enum ElementType {
    /** 32-bit floating point numbers. */
    FLOAT32,
    /** Integers, as an embedding takes them. */
    INT64
}
