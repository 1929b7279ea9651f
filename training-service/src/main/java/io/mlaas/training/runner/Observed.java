package io.mlaas.training.runner;

import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import java.util.List;

/**
 * What was seen of a run.
 *
 * @param undeclared what it read, or wanted to, though nobody had declared it
 * @param limits what could not be seen, for people
 */
public record Observed(List<Cause> undeclared, List<String> limits) {

    public Observed {
        undeclared = List.copyOf(undeclared);
        limits = List.copyOf(limits);
    }

    public static Observed nothing(String why) {
        return new Observed(List.of(), List.of(why));
    }
}
