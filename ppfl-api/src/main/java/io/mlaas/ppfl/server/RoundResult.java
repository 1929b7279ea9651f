package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Measures;
import java.util.Map;
import java.util.Set;

/**
 * What came of a round.
 *
 * @param change of the weights, in double precision, without noise; of sums already divided by who took part
 * @param counted clients whose updates are in it
 * @param refused clients whose updates are not, as beside the others' they cannot be right, and why
 * @param outlying clients whose updates cannot be right either, but were left to a strategy that withstands them, and why
 * @param measures that clients reported, by name
 * @param withinNorm clients whose update was not shortened
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RoundResult(
        double[] change,
        Set<String> counted,
        Map<String, String> refused,
        Map<String, String> outlying,
        Map<String, Measures> measures,
        int withinNorm) {

    /** Where no update is compared with the others. */
    RoundResult(
            double[] change,
            Set<String> counted,
            Map<String, String> refused,
            Map<String, Measures> measures,
            int withinNorm) {
        this(change, counted, refused, Map.of(), measures, withinNorm);
    }

    /** How many updates the strategy was given. */
    int given() {
        return counted.size() + outlying.size();
    }
}
