package io.mlaas.sharing.webhook;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a webhook. */
enum WebhookProblem implements Problem {
    UNKNOWN_WEBHOOK(
            HttpStatus.NOT_FOUND, "There is no such webhook", Category.CALLER, "GET /webhooks lists your company's."),
    UNKNOWN_DELIVERY(
            HttpStatus.NOT_FOUND,
            "There is no such delivery",
            Category.CALLER,
            "GET /webhooks/{id}/deliveries lists them; old ones are removed."),
    INVALID_WEBHOOK(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The webhook breaks a rule",
            Category.CALLER,
            "Correct the field that the detail names."),
    TOO_MANY_WEBHOOKS(
            HttpStatus.CONFLICT,
            "The company has as many webhooks as it may",
            Category.CALLER,
            "Delete one that is not needed any more."),
    WEBHOOK_DISABLED(
            HttpStatus.CONFLICT,
            "The webhook is disabled",
            Category.CALLER,
            "Mend what disabled_reason says, then PATCH it with enabled: true.");

    private final Facts facts;

    WebhookProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
