package io.mlaas.ppfl.server;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about the participants of a federation. */
public enum ParticipantProblem implements Problem {
    PARTICIPANT_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such participant",
            Category.CALLER,
            "GET the federation's participants: it has their names."),
    PARTICIPANT_EXISTS(
            HttpStatus.CONFLICT,
            "There is a participant of that name",
            Category.CALLER,
            "Choose another name; for another kit of the same name, DELETE the participant first."),
    PARTICIPANTS_NOT_TAKEN(
            HttpStatus.CONFLICT,
            "The federation takes no participants",
            Category.CALLER,
            "Only a real federation (topology.mode real) that is not over has participants; ask for another one.");

    private final Facts facts;

    ParticipantProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
