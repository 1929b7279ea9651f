package io.mlaas.statistics;

/**
 * The outcome of a hypothesis test.
 *
 * @param statistic the test's own
 * @param pValue how probable a statistic at least as extreme is where the null hypothesis holds, 0 to 1
 */
public record TestResult(double statistic, double pValue) {
    /** Whether the null hypothesis is rejected at a level such as 0.05. Not to reject it proves nothing. */
    public boolean rejects(double level) {
        return pValue < level;
    }
}
