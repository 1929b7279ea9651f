package io.mlaas.ppfl.server;

import io.mlaas.ppfl.protocol.v1.Phase;
import java.util.List;
import java.util.Map;

/** What was said in an attempt at a round. */
interface RoundRecord {
    Run run();

    /** Accepted answers of a phase that is closed, in the ascending order of names. */
    Map<String, byte[]> answers(Phase phase);

    /** Names that were asked in a phase, in ascending order. */
    List<String> asked(Phase phase);

    /** The certificate of the federation's authority, PEM. */
    String authority();
}
