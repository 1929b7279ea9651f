package io.mlaas.online.linear;

import io.mlaas.online.Predictor;

/**
 * What a linear learner's predictor calculates before it makes probabilities of it: {@code weight · column + intercept} for
 * each margin. A column is a numeric input, an element of a tensor, or one of the values of a nominal input (1 where it is
 * the row's, else 0), in the order of the schema.
 */
public interface Margins extends Predictor {

    /** As many as the schema's outputs; of two classes it may be one, which speaks for the second. */
    int margins();

    double weight(int margin, int column);

    double intercept(int margin);
}
