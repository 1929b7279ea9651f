package io.mlaas.federated.plan;

/**
 * One rule that a plan breaks.
 *
 * @param path members from the root, such as {@code topology.clients} or {@code privacy.filters[0].kind}; empty: the
 *     whole document
 * @param value what stands there, as JSON; {@code missing} where nothing does
 * @param expected what was expected instead
 */
public record Violation(String path, String value, String expected) {

    public String message() {
        return (path.isEmpty() ? "plan" : path) + ": " + value + " (expected: " + expected + ")";
    }
}
