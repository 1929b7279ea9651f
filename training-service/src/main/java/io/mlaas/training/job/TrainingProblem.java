package io.mlaas.training.job;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about training. */
enum TrainingProblem implements Problem {
    TRAINING_MODEL_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such model",
            Category.CALLER,
            "Check the model id, or register the model first."),
    TRAINING_JOB_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no training of such a model",
            Category.CALLER,
            "Check the model id; POST /train/{model_id} schedules a training."),
    TRAINING_DONE(
            HttpStatus.CONFLICT,
            "The model is trained already",
            Category.CALLER,
            "A model is trained once: register a new model to train again."),
    TRAINING_UNDER_WAY(
            HttpStatus.CONFLICT,
            "The model is being trained",
            Category.CALLER,
            "Follow it at GET /train/{model_id}, or cancel it with DELETE first."),
    TRAINING_NOT_READY(
            HttpStatus.CONFLICT,
            "The model is not registered completely yet",
            Category.CAPACITY,
            "Wait: its training is scheduled by itself once the chain has its contract."),
    TRAINING_OVER(
            HttpStatus.CONFLICT,
            "The training has ended",
            Category.CALLER,
            "There is nothing to cancel: GET /train/{model_id} tells how it ended."),
    TRAINING_BEYOND_RECALL(
            HttpStatus.CONFLICT,
            "The result is being registered",
            Category.CALLER,
            "It is too late to cancel: wait for the registration to end.");

    private final Facts facts;

    TrainingProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
