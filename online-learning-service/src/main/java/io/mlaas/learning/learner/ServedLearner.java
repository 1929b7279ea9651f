package io.mlaas.learning.learner;

import io.mlaas.online.Predictor;

/** A learner that somebody asks: the whole of an answer is given by one state of it. */
public record ServedLearner(String name, String algorithm, Predictor predictor) {}
