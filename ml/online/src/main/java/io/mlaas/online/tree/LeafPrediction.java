package io.mlaas.online.tree;

/** What a leaf answers with. */
enum LeafPrediction {
    /** The shares of the classes seen. */
    MAJORITY,
    NAIVE_BAYES,
    /** Whichever of the two was right more often in this leaf (Gama, Rocha and Medas 2003). */
    NAIVE_BAYES_ADAPTIVE
}
