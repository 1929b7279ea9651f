package io.mlaas.monitoring.monitor;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Every rule that a document breaks, each with its JSON path. */
final class Violations {
    private static final int MOST = 50;
    private static final int LONGEST = 100;

    private final List<String> all = new ArrayList<>();

    void add(String path, JsonNode value, String expected) {
        String text = value.toString();
        add(path, text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text, expected);
    }

    void add(String path, String value, String expected) {
        all.add("%s: %s (expected: %s)".formatted(path, value, expected));
    }

    boolean none() {
        return all.isEmpty();
    }

    /** @throws io.mlaas.kit.problem.ProblemException that names them all */
    void refuse() {
        if (!all.isEmpty()) {
            String more = all.size() > MOST ? "; and %d more".formatted(all.size() - MOST) : "";
            throw MonitorProblem.MONITOR_REFUSED.because(
                    String.join("; ", all.subList(0, Math.min(MOST, all.size()))) + more);
        }
    }
}
