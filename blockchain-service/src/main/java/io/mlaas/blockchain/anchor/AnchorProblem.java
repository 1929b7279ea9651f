package io.mlaas.blockchain.anchor;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** Why there is nothing to say of a digest. */
enum AnchorProblem implements Problem {
    ANCHOR_NOT_FOUND(
            HttpStatus.NOT_FOUND,
            "The organization gave no such digest to be anchored",
            "Give it with POST /anchors first, and use the SHA-256 in lower-case hexadecimal digits.");

    private final Facts facts;

    AnchorProblem(HttpStatus status, String title, String remedy) {
        facts = new Facts(status, title, Category.CALLER, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
