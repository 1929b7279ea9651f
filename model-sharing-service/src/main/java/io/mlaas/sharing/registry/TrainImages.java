package io.mlaas.sharing.registry;

import io.mlaas.api.training.TrainingApi;
import io.mlaas.kit.problem.PlatformProblem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What training-service knows about training images. */
@Component
class TrainImages {
    private static final Logger log = LoggerFactory.getLogger(TrainImages.class);
    private static final int LONGEST = 500;

    private final TrainingApi training;
    private final RegistryProperties properties;
    private final JsonMapper json;

    TrainImages(TrainingApi training, RegistryProperties properties, JsonMapper json) {
        this.training = training;
        this.properties = properties;
        this.json = json;
    }

    /** @param given the field {@code train_image}, or null for the built-in image */
    Model.TrainImageReference resolve(@Nullable String given) {
        String reference = given == null || given.isBlank() ? properties.defaultTrainImage() : given.strip();
        if (reference.length() > LONGEST || Fields.hasControl(reference)) {
            throw RegistryProblem.UNKNOWN_TRAIN_IMAGE.because(
                    "train_image: %d characters (expected: an image reference)".formatted(reference.length()));
        }
        try {
            TrainingApi.TrainImage image = training.image(reference);
            return new Model.TrainImageReference(image.reference(), image.sha256(), image.md5());
        } catch (HttpClientErrorException.UnprocessableContent | HttpClientErrorException.NotFound e) {
            log.debug("training-service does not know {}", reference, e);
            throw RegistryProblem.UNKNOWN_TRAIN_IMAGE.because(detail(reference, e.getResponseBodyAsString()));
        } catch (RestClientException e) {
            log.warn("training-service cannot be asked about {}", reference, e);
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(
                    5, "The training service, which knows the training images, cannot be asked now.");
        }
    }

    private String detail(String reference, String problem) {
        String unknown = "train_image: " + reference + " (expected: an image that a runner knows)";
        try {
            JsonNode body = json.readTree(problem);
            return body.path("detail").asString(unknown);
        } catch (JacksonException e) {
            log.debug("training-service answered without a problem", e);
            return unknown;
        }
    }
}
