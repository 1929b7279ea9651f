package io.mlaas.translation.onnx;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can keep a model from being translated. */
enum TranslationProblem implements Problem {
    TRANSLATION_MODEL_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such model",
            Category.CALLER,
            "Check the model id; GET /model lists yours."),
    TRANSLATION_NOT_GRANTED(
            HttpStatus.FORBIDDEN,
            "Your company's grant on this model does not go so far",
            Category.CALLER,
            "Ask the model's owner for the permission 'use' to translate it, 'read' to download its translation."),
    TRANSLATION_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "The model has not been translated",
            Category.CALLER,
            "POST to the same path translates it."),
    TRANSLATION_NOT_TRAINED_YET(
            HttpStatus.CONFLICT,
            "The model has not been trained yet",
            Category.CALLER,
            "Try again after the time in Retry-After; GET /train/{model_id} shows the progress."),
    TRANSLATION_NOT_TRAINED(
            HttpStatus.CONFLICT,
            "The model has no result to translate",
            Category.CALLER,
            "GET /model/{model_id}/status says why; train the model, or register it anew."),
    TRANSLATION_FORMAT_UNSUPPORTED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "Models of this format are not translated",
            Category.CALLER,
            "Translate a model of one of the formats that the detail names."),
    TRANSLATION_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The model cannot be translated",
            Category.CALLER,
            "The detail names what was found in the model, and where; nothing was registered."),
    TRANSLATION_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            "The model is larger than is translated here",
            Category.CALLER,
            "Ask the operator to raise the limit that the detail names."),
    TRANSLATION_TOO_SLOW(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The model takes longer to translate than is allowed here",
            Category.CALLER,
            "Ask the operator to raise mlaas.translation.time-limit; nothing was registered."),
    TRANSLATION_REFERENCE_UNFIT(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "What was recorded does not fit the model",
            Category.CALLER,
            "Send arrays of numpy.savez, named as the model's inputs and outputs, with one entry per sample each."),
    TRANSLATION_REFERENCE_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            "More was recorded than is taken here",
            Category.CALLER,
            "Send fewer samples, or ask the operator to raise the limit that the detail names."),
    TRANSLATION_DIFFERS(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The translation does not calculate what the model calculates",
            Category.PLATFORM,
            "Nothing was registered; report the model to the operator, since the translator is at fault."),
    TRANSLATION_SOURCE_DAMAGED(
            HttpStatus.BAD_GATEWAY,
            "The model did not arrive as it is registered",
            Category.PLATFORM,
            "Send the same request again; if that does not help, report the model to the operator."),
    TRANSLATION_BROKE_OFF(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "The translation did not come to its end",
            Category.PLATFORM,
            "Send the same request again; if that does not help, report the model to the operator: it may be one that"
                    + " takes more memory than the service has."),
    TRANSLATION_BUSY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "As many models are being translated as fit",
            Category.CAPACITY,
            "Send the same request again after the time in Retry-After.");

    private final Facts facts;

    TranslationProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
