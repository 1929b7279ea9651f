package io.mlaas.training.runner;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with an image reference. */
enum ImageProblem implements Problem {
    TRAIN_IMAGE_UNKNOWN(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "No runner knows this training image",
            Category.CALLER,
            "Use one of the references in the detail, or ask the operator to add yours."),
    TRAIN_IMAGE_INCOMPLETE(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "A file of this training image is missing",
            Category.PLATFORM,
            "Ask the operator to build or install the image's files.");

    private final Facts facts;

    ImageProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
