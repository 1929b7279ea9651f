package io.mlaas.federated.simulation;

import java.util.List;

/**
 * What a round did.
 *
 * @param round from 1
 * @param loss of the model after the round on the test samples
 * @param accuracy NaN where there are no labels
 * @param accepted clients whose update is part of the aggregate
 * @param asked clients that were sampled
 * @param clients all that there are
 * @param troubles of clients that did not answer or were refused, in the order of names
 * @param changed false when there were too few updates: the model is the one of the round before
 * @param bytesUp what the accepted and refused updates weigh as 32-bit numbers, without headers
 * @param bytesDown what the model weighs for all that were asked
 * @param epsilon spent so far; infinite without noise
 * @param norm C of the clipping in this round; infinite without clipping
 */
public record RoundReport(
        int round,
        int rounds,
        double loss,
        double accuracy,
        int accepted,
        int asked,
        int clients,
        List<Trouble> troubles,
        boolean changed,
        long bytesUp,
        long bytesDown,
        double epsilon,
        double norm,
        double seconds) {

    /** A client whose update is not part of the round. */
    public record Trouble(String client, State state, String reason) {}

    /** Why not. */
    public enum State {
        DOWN,
        REFUSED
    }
}
