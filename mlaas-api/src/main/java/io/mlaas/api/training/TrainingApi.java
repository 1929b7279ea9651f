package io.mlaas.api.training;

import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What other services ask training-service (role {@code SERVICE}). */
@HttpExchange
public interface TrainingApi {

    /** The image behind a reference; a 422 problem that lists the known ones if no runner knows it. */
    @GetExchange("/internal/images")
    TrainImage image(@RequestParam("reference") String reference);

    /**
     * @param sha256 digest of the image's content: what identifies the code that trains
     * @param md5 the legacy field {@code train_image_hash}
     */
    record TrainImage(String reference, String sha256, String md5, String runner) {}
}
