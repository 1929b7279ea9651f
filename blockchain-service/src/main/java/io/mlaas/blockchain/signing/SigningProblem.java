package io.mlaas.blockchain.signing;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can go wrong with keys that sign evidence. */
enum SigningProblem implements Problem {
    NO_SIGNING_KEY(
            HttpStatus.NOT_FOUND,
            "This organization has no key that signs evidence",
            Category.CALLER,
            "Check the organization's id; its key is made when something is signed for it for the first time.");

    private final Facts facts;

    SigningProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
