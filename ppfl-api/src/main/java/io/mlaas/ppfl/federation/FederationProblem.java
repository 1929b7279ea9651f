package io.mlaas.ppfl.federation;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about federations. */
public enum FederationProblem implements Problem {
    FEDERATION_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There can be no such federation",
            Category.CALLER,
            "Mend the request at each JSON path that the detail names; nothing was stored and nothing begins."),
    FEDERATION_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such federation",
            Category.CALLER,
            "GET the list without an id: it has your company's."),
    FEDERATION_OVER(
            HttpStatus.CONFLICT,
            "The federation is over",
            Category.CALLER,
            "Nothing is left to cancel; its model and its record stay.");

    private final Facts facts;

    FederationProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
