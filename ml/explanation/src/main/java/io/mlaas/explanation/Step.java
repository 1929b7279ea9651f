package io.mlaas.explanation;

/** The walk back over one operator. */
interface Step {
    Traced output();

    /** Hands the multipliers of the output on to the inputs; {@code split} says that rises and falls have their own. */
    void back(boolean split);
}
