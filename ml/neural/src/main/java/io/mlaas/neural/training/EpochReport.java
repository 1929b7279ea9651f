package io.mlaas.neural.training;

import java.util.OptionalDouble;

/**
 * How one epoch went.
 *
 * @param epoch from 1
 * @param epochs how many there will be at most
 * @param loss mean over the samples trained on, as the weights changed
 * @param validationLoss mean over the validation samples after the epoch
 * @param accuracy share of validation samples (of training samples where none are held out) labelled rightly; empty
 *     for regression
 */
public record EpochReport(
        int epoch,
        int epochs,
        double loss,
        OptionalDouble validationLoss,
        OptionalDouble accuracy,
        double learningRate,
        double seconds) {}
