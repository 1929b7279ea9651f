package io.mlaas.sharing.passport;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with what somebody wants to publish. */
enum PassportProblem implements Problem {
    UNKNOWN_DISCLOSURE(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The model has no such fact to disclose",
            Category.CALLER,
            "GET /model/{model_id}/disclosures lists the names; name.* means a whole group, * everything.");

    private final Facts facts;

    PassportProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
