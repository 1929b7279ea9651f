package io.mlaas.online.tree;

/**
 * An adaptive random forest.
 *
 * @param lambda mean of the Poisson distribution that says how often a tree learns a row
 * @param warningDelta of the ADWIN that starts a tree in the background
 * @param driftDelta of the ADWIN that replaces a tree
 */
record ForestSettings(int trees, double lambda, double warningDelta, double driftDelta, TreeSettings tree) {}
