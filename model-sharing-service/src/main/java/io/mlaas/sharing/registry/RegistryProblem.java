package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request to the registry. */
enum RegistryProblem implements Problem {
    UNKNOWN_DATASET(
            HttpStatus.NOT_FOUND,
            "There is no such dataset",
            Category.CALLER,
            "Check the dataset's id; GET /dataset lists the datasets of your company."),
    UNKNOWN_MODEL(
            HttpStatus.NOT_FOUND,
            "There is no such model",
            Category.CALLER,
            "Check the model's id; GET /model lists the models of your company."),
    UNKNOWN_ASSET(
            HttpStatus.NOT_FOUND,
            "There is no such dataset or model",
            Category.CALLER,
            "Check the id; GET /dataset and GET /model list what your company has."),
    ASSET_DELETED(
            HttpStatus.GONE,
            "The asset was deleted",
            Category.CALLER,
            "Nothing but its record on the chain is left: GET /metadata/{asset_id}."),
    ASSET_IN_USE(
            HttpStatus.CONFLICT,
            "Something depends on the asset",
            Category.CALLER,
            "Delete what the detail names first; cancel a training with DELETE /train/{model_id}."),
    NOT_GRANTED(
            HttpStatus.FORBIDDEN,
            "Your company may see this asset, but not do that with it",
            Category.CALLER,
            "Ask its owner for a grant with the permission that the detail names."),
    UNKNOWN_GRANT(
            HttpStatus.NOT_FOUND,
            "The company has no grant on this asset",
            Category.CALLER,
            "GET /dataset/{dataset_id}/grants or /model/{model_id}/grants lists the grants that there are."),
    FOREIGN_ORGANIZATION(
            HttpStatus.FORBIDDEN,
            "The metadata names another company",
            Category.CALLER,
            "Leave organization_id out, or give your own company's id."),
    MALFORMED_METADATA(
            HttpStatus.BAD_REQUEST,
            "The metadata cannot be understood",
            Category.CALLER,
            "Correct the JSON in the part that the detail names."),
    INVALID_METADATA(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The metadata breaks a rule",
            Category.CALLER,
            "Correct the field that the detail names."),
    UNKNOWN_TRAIN_IMAGE(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "No runner knows this training image",
            Category.CALLER,
            "Give train_image one of the references that the detail lists, or leave it out for the built-in one."),
    DATASET_NOT_USABLE(
            HttpStatus.CONFLICT,
            "The dataset cannot be trained on now",
            Category.CALLER,
            "GET /dataset/{dataset_id}/status says why; a PENDING dataset is ready as soon as it is on the chain."),
    NOT_ANCHORED_YET(
            HttpStatus.CONFLICT,
            "The asset is not on the chain yet",
            Category.CALLER,
            "Try again after the time in Retry-After."),
    REGISTRATION_REFUSED(
            HttpStatus.BAD_GATEWAY,
            "The chain refused this registration",
            Category.PLATFORM,
            "Report the id to the operator; register the file again once the cause is mended."),
    NOT_TRAINED_YET(
            HttpStatus.CONFLICT,
            "The model has not been trained yet",
            Category.CALLER,
            "Try again after the time in Retry-After; GET /train/{model_id} shows the progress."),
    TRAINING_FAILED(
            HttpStatus.CONFLICT,
            "The model's training did not succeed",
            Category.CALLER,
            "Read the reason and GET /train/{model_id}/logs, mend it, and schedule again with POST /train/{model_id}."),
    ASSET_QUARANTINED(
            HttpStatus.CONFLICT,
            "The stored bytes are not what the chain says",
            Category.PLATFORM,
            "Do not use copies of this asset that you cannot verify; an operator finds the cause, restores the good bytes"
                    + " and releases it."),
    NOT_QUARANTINED(
            HttpStatus.CONFLICT,
            "The asset is not in quarantine",
            Category.CALLER,
            "Nothing needs to be done; its status tells the state that it is in."),
    NO_DEFINITION(
            HttpStatus.NOT_FOUND,
            "The model was registered without an architecture file",
            Category.CALLER,
            "Register the model with a part 'model' if its image needs one."),
    NO_TRANSLATION(
            HttpStatus.NOT_FOUND,
            "There is no such translation",
            Category.CALLER,
            "POST /translate/{model_id} makes one."),
    SOURCE_NOT_TRAINED(
            HttpStatus.CONFLICT,
            "The model to translate is not trained",
            Category.CALLER,
            "Translate a model whose status is TRAINED."),
    FOREIGN_JOB(
            HttpStatus.FORBIDDEN,
            "This credential belongs to another model's job",
            Category.CALLER,
            "A job registers the result of its own model only."),
    RESULT_ALREADY_REGISTERED(
            HttpStatus.CONFLICT,
            "The model has its result already",
            Category.CALLER,
            "A result is registered once and never replaced; register a new model."),
    JOB_OVER(
            HttpStatus.CONFLICT,
            "This job is over",
            Category.CALLER,
            "Schedule the training again; a cancelled or failed job's result is not taken."),
    UNNAMED_ASSET(
            HttpStatus.CONFLICT,
            "The asset has no name",
            Category.CALLER,
            "Aliases belong to names: register the asset with a name in its metadata."),
    UNKNOWN_ALIAS(
            HttpStatus.NOT_FOUND,
            "The name has no such alias",
            Category.CALLER,
            "The aliases of an asset's name are listed under its path, at /aliases."),
    NOT_READY_FOR_ALIAS(
            HttpStatus.CONFLICT,
            "An alias cannot point at this asset now",
            Category.CALLER,
            "Point it at a dataset that is REGISTERED or at a model that is TRAINED."),
    ALIAS_MOVED(
            HttpStatus.PRECONDITION_FAILED,
            "The alias points elsewhere",
            Category.CALLER,
            "Read the aliases again, decide again, and send the id that the alias points at now in If-Match.");

    private final Facts facts;

    RegistryProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
