package io.mlaas.training.runner;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different from an ordinary run when a program is run to find out what its result depends on. In values and in the
 * prefix, {@value #DIRECTORY} stands for a directory of this run alone, which exists before the program begins, and whose
 * files are read when it has ended.
 *
 * @param environment variables that go over all others
 * @param prefix words before the program's command, of a program that becomes it
 * @param pinned what is made the same in every such run
 * @param observed whether what the program touches is written down, as {@value #OBSERVATIONS} in the directory
 */
public record Conditions(Map<String, String> environment, List<String> prefix, Set<Factor> pinned, boolean observed) {
    public static final String DIRECTORY = "${directory}";
    public static final String OBSERVATIONS = "observed";

    /** As any other run. */
    public static final Conditions NONE = new Conditions(Map.of(), List.of(), Set.of(), false);

    /** What a result may depend on beside its declared inputs. */
    public enum Factor {
        CLOCK,
        ENTROPY,
        HASH_ORDER,
        THREADS,
        NETWORK
    }

    public Conditions {
        environment = Map.copyOf(environment);
        prefix = List.copyOf(prefix);
        pinned = Set.copyOf(pinned);
    }
}
