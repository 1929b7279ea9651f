package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.Conditions;
import java.util.List;
import java.util.Optional;

/**
 * Finds out why runs of one and the same training differ. It keeps nothing between its calls: whatever it knows is in the
 * experiments that were made so far, in their order, so that it goes on where it was after the service's end.
 */
interface Diagnosis {

    /** How a run is made that only has to be looked at; {@link Conditions#NONE} where nothing here can look. */
    Conditions ordinary(TrainingRequested order, String runner);

    /**
     * The next experiment, or nothing if there is nothing more to learn.
     *
     * @param expected SHA-256 of the registered result
     * @param done first the ordinary runs, then those that this asked for
     */
    Optional<Conditions> next(TrainingRequested order, String runner, String expected, List<Experiment> done);

    /** The causes as far as they are known: undeclared files and network also when all results are equal. */
    List<Cause> causes(TrainingRequested order, String expected, List<Experiment> done);
}
