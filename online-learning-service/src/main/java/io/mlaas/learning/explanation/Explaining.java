package io.mlaas.learning.explanation;

import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.Settings;
import java.util.List;

/** What explains one state of a learner. */
interface Explaining {

    /** What is explained, as many numbers as the schema has outputs. */
    Explained explained();

    /**
     * One for each sample.
     *
     * @param samples as {@link Columns} encodes them
     * @throws io.mlaas.explanation.ExplanationRefused if that cannot be
     */
    List<Explanation> explain(double[][] samples, Settings settings);

    /** What outputs are. */
    enum Explained {
        /** numbers of a regression */
        VALUES,
        /** of a class, before they are made probabilities: w·x + b */
        MARGINS,
        /** of a class, before they are made probabilities: what a network gives */
        LOGITS,
        PROBABILITIES,
        LOG_PROBABILITIES
    }
}
