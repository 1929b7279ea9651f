package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import io.mlaas.ppfl.protocol.v1.Phase;
import java.util.List;

/**
 * What is said in a round, phase after phase: in each phase every client that is asked gets a question and gives an answer;
 * who answered is asked in the next. Holds nothing: whatever it needs is in the record of what was answered before, which is
 * committed, so that a server that was killed goes on from there.
 */
interface RoundProtocol {
    List<Phase> phases();

    /**
     * The same for as long as the phase lasts.
     *
     * @param record with the answers of the phases before
     */
    ByteString question(Phase phase, String name, RoundRecord record);

    /**
     * @param answer of a client that was asked
     * @throws AnswerRefused naming what is wrong
     */
    void check(Phase phase, String name, ByteString answer, RoundRecord record);

    /** Fewest updates that make a round. */
    int quorum();

    /** Fewest answers with which a phase may close. */
    default int quorum(Phase phase) {
        return quorum();
    }

    /**
     * Who is asked when a later phase begins.
     *
     * @param answered who has answered the phase before
     * @param record with the answers of the phases before
     */
    default List<String> asks(Phase phase, List<String> answered, RoundRecord record) {
        return answered;
    }

    /** Who is asked as well when too few of those who were asked have answered; nobody if the phase cannot do without. */
    default List<String> instead(Phase phase, RoundRecord record) {
        return List.of();
    }

    /**
     * After the last phase.
     *
     * @throws AnswerRefused if it cannot be made of these answers; the round is tried again
     */
    RoundResult aggregate(RoundRecord record);

    /** What the server sees of an answer of the phase that carries the update. */
    SeenUpdates.Seen seen(int round, String name, byte[] answer);

    /** The phase in which updates are sent. */
    Phase updates();
}
