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

    private final HttpStatus status;
    private final String title;
    private final Category category;
    private final String remedy;

    ImageProblem(HttpStatus status, String title, Category category, String remedy) {
        this.status = status;
        this.title = title;
        this.category = category;
        this.remedy = remedy;
    }

    @Override
    public HttpStatus status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Category category() {
        return category;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
