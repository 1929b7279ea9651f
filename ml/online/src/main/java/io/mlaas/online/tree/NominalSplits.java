package io.mlaas.online.tree;

/** How a tree divides by a nominal input. */
enum NominalSplits {
    /** A branch for each value. */
    MULTIWAY,
    /** One value against all others: the rows of rare values stay together. */
    BINARY
}
