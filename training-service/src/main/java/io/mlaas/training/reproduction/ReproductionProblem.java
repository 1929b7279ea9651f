package io.mlaas.training.reproduction;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request to train a model again. */
enum ReproductionProblem implements Problem {
    REPRODUCTION_MODEL_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such model",
            Category.CALLER,
            "Check the model id; a model that was deleted cannot be trained again."),
    REPRODUCTION_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "The model was not trained again, or not by this request",
            Category.CALLER,
            "GET /model/{model_id}/reproduce lists the reproductions; POST to it begins one."),
    REPRODUCTION_NOT_GRANTED(
            HttpStatus.FORBIDDEN,
            "Your company may not use the model",
            Category.CALLER,
            "Ask the model's owner to grant its use to your company."),
    REPRODUCTION_IMPOSSIBLE(
            HttpStatus.CONFLICT,
            "The model cannot be trained again",
            Category.CALLER,
            "Only a model that was trained here, and is as it was registered, can be; the detail says what stands against it."),
    REPRODUCTION_IMAGE_CHANGED(
            HttpStatus.CONFLICT,
            "The training image is not there as it was",
            Category.CALLER,
            "Ask the operator to install the image again whose digest the detail names."),
    REPRODUCTION_UNDER_WAY(
            HttpStatus.CONFLICT,
            "The model is being trained again for your company",
            Category.CALLER,
            "Wait for it at GET /model/{model_id}/reproduce, or cancel it with DELETE first."),
    REPRODUCTION_OVER(
            HttpStatus.CONFLICT,
            "The reproduction has come to its verdict",
            Category.CALLER,
            "There is nothing to cancel: GET it to read the verdict.");

    private final Facts facts;

    ReproductionProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
