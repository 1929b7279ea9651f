package io.mlaas.sharing;

import io.mlaas.api.training.TrainingApi;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;

/** training-service as far as the registry asks it: two images are known. */
public final class FakeTraining implements TrainingApi {
    public static final String SHA256 = "c0".repeat(32);
    public static final String MD5 = "5b4d62ed98ebaaf764a63ae31eaaf8d6";
    private static final Set<String> KNOWN = Set.of(
            "mlaas/trainer:1",
            "registry.gitlab.com/h2020-iotngin/enhancing_iot_intelligence/t3_4/ml-model-sharing/demo_model_image");

    @Override
    public TrainImage image(String reference) {
        if (!KNOWN.contains(reference)) {
            throw HttpClientErrorException.create(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "Unprocessable Content",
                    HttpHeaders.EMPTY,
                    "{\"detail\":\"reference: %s (expected: mlaas/trainer:1)\"}"
                            .formatted(reference)
                            .getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8);
        }
        return new TrainImage(reference, SHA256, MD5, "process");
    }
}
