package io.mlaas.ppfl.ledger;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request that spends privacy, or is about that. */
public enum PrivacyProblem implements Problem {
    PRIVACY_BUDGET_EXCEEDED(
            HttpStatus.CONFLICT,
            "The data owner's privacy budget does not allow it",
            "Ask for less (more noise, fewer rounds or queries), or have an operator of the company raise the limit:"
                    + " PUT /privacy-budgets/{data_owner}/limit."),
    PRIVACY_BUDGET_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such privacy budget",
            "GET /privacy-budgets lists your company's; one begins with the first federation or limit of a data owner."),
    PRIVACY_RECORD_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such record",
            "GET /privacy-budgets/{data_owner}/entries lists entries and the states that there are records of."),
    PRIVACY_RECORD_NOT_ANCHORED(
            HttpStatus.CONFLICT, "The record is not on the chain yet", "Try again after the time in Retry-After.");

    private final Facts facts;

    PrivacyProblem(HttpStatus status, String title, String remedy) {
        facts = new Facts(status, title, Category.CALLER, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
