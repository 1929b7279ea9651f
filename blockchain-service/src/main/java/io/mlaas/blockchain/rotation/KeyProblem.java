package io.mlaas.blockchain.rotation;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can go wrong with a company's key. */
enum KeyProblem implements Problem {
    NO_ACCOUNT(
            HttpStatus.NOT_FOUND,
            "This organization has no account on the chain",
            Category.CALLER,
            "Check the organization's id; its account is made when it registers its first dataset or model."),
    CHAIN_REFUSES_KEY(
            HttpStatus.BAD_GATEWAY,
            "The directory does not take the new key",
            Category.PLATFORM,
            "Tell the operator; the replacement is tried again until the directory takes it.");

    private final Facts facts;

    KeyProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
