package io.mlaas.ppfl.federation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Every rule that a request breaks, each with its JSON path. */
public final class Violations {
    private static final int MOST = 50;
    private static final int LONGEST = 100;

    private final List<String> all = new ArrayList<>();
    private final Set<String> paths = new HashSet<>();

    public void add(String path, JsonNode value, String expected) {
        add(path, value.isMissingNode() ? "absent" : value.toString(), expected);
    }

    public void add(String path, String value, String expected) {
        String shown = value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
        all.add("%s: %s (expected: %s)".formatted(path, shown, expected));
        paths.add(path);
    }

    /** One without its value, which is secret. */
    public void addSecret(String path, String expected) {
        add(path, "(not shown)", expected);
    }

    /** Whether something is wrong with the value there already. */
    public boolean has(String path) {
        return paths.contains(path);
    }

    /** @throws io.mlaas.kit.problem.ProblemException that names them all */
    public void refuse() {
        if (!all.isEmpty()) {
            String more = all.size() > MOST ? "; and %d more".formatted(all.size() - MOST) : "";
            throw FederationProblem.FEDERATION_REFUSED.because(
                    String.join("; ", all.subList(0, Math.min(MOST, all.size()))) + more);
        }
    }
}
