package io.mlaas.privacy.attack;

import java.util.BitSet;

/** Trains a model as the one under attack was trained, on other examples of the same pool. */
@FunctionalInterface
public interface ShadowTrainer {
    /**
     * @param members the examples of the pool that it learns from
     * @param seed of the training, another one for each model
     * @return for each example of the pool, how sure the model is of its true label: {@link LogOdds}
     */
    double[] train(BitSet members, long seed);
}
