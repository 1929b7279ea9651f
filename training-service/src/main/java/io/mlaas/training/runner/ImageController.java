package io.mlaas.training.runner;

import io.mlaas.api.training.TrainingApi.TrainImage;
import io.swagger.v3.oas.annotations.Operation;
import java.io.UncheckedIOException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ImageController {
    private final Runners runners;

    ImageController(Runners runners) {
        this.runners = runners;
    }

    @GetMapping("/internal/images")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(summary = "The digests of a training image", description = "For the other services of the platform.")
    TrainImage image(@RequestParam("reference") String reference) {
        try {
            return runners.image(reference)
                    .orElseThrow(() -> ImageProblem.TRAIN_IMAGE_UNKNOWN.because(runners.unknown(reference)));
        } catch (UncheckedIOException e) {
            throw ImageProblem.TRAIN_IMAGE_INCOMPLETE.because(
                    "train_image: " + reference + " cannot be read on this machine", e);
        }
    }
}
