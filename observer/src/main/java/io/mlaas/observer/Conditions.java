package io.mlaas.observer;

import java.util.List;
import java.util.Map;

/**
 * How a program is run differently from always.
 *
 * @param environment variables, for who cannot put something before the program
 * @param prefix what is put before the program and its arguments; it sets the variables itself
 */
public record Conditions(Map<String, String> environment, List<String> prefix) {
    /** As always. */
    public static final Conditions NONE = new Conditions(Map.of(), List.of());

    public Conditions {
        environment = Map.copyOf(environment);
        prefix = List.copyOf(prefix);
    }
}
