package io.mlaas.learning.learner;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about learners. */
enum LearnerProblem implements Problem {
    LEARNER_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There can be no such learner",
            Category.CALLER,
            "Mend the document at the JSON path that the detail names; nothing was made."),
    LEARNER_EXISTS(
            HttpStatus.CONFLICT,
            "There is a learner of that name",
            Category.CALLER,
            "Take another name, or delete that learner first."),
    LEARNER_UNKNOWN(
            HttpStatus.NOT_FOUND, "There is no such learner", Category.CALLER, "GET /learners lists your company's."),
    LEARNER_PAUSED(
            HttpStatus.CONFLICT,
            "The learner is paused",
            Category.CALLER,
            "PATCH /learners/{name} with {\"state\": \"RUNNING\"} lets it learn again."),
    ROWS_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The rows do not fit the learner",
            Category.CALLER,
            "Send them as the learner's schema says; none of them was learned."),
    ROWS_TOO_MANY(
            HttpStatus.CONTENT_TOO_LARGE,
            "More rows than are taken at once",
            Category.CALLER,
            "Send them in several requests."),
    MQTT_MISSING(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There is no MQTT broker",
            Category.CALLER,
            "Use sources and publish topics of type kafka, or have the operator set mlaas.mqtt.url."),
    NO_PREDICTION_YET(
            HttpStatus.NOT_FOUND,
            "Nothing has been predicted yet",
            Category.CALLER,
            "Send instances; an empty list answers the last prediction."),
    NOTHING_STORED(
            HttpStatus.CONFLICT,
            "The learner has stored no model yet",
            Category.CALLER,
            "GET /learners/{name}/snapshots tells why; its first is taken once validation_window rows are held back."),
    LEARNER_FAILED(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The learner cannot be had at work",
            Category.PLATFORM,
            "GET /learners/{name} says why; it is tried again. What it is sent meanwhile is stored, and learned later."),
    TRANSFORMER_AWAY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "A transformer that the learner asks does not answer",
            Category.CAPACITY,
            "Send the same message again; nothing of it was stored."),
    LEARNING_LOG_AWAY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "What is to be learned cannot be stored now",
            Category.CAPACITY,
            "Send the same request again; nothing is known to have been learned.");

    private final Facts facts;

    LearnerProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }

    /** @throws io.mlaas.kit.problem.ProblemException for more rows than are taken at once */
    static void requireFew(int rows, int most) {
        if (rows > most) {
            throw ROWS_TOO_MANY.because("rows: " + rows + " (expected: at most " + most + ")");
        }
    }
}
