package io.mlaas.training.runner;

import io.mlaas.api.training.TrainingApi.TrainImage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The runners of this service, in the order in which they are asked for an image. */
@Component
public class Runners {
    private final List<JobRunner> runners;

    Runners(List<JobRunner> runners) {
        this.runners = List.copyOf(runners);
    }

    public Optional<TrainImage> image(String reference) {
        return runners.stream().flatMap(r -> r.image(reference).stream()).findFirst();
    }

    /** @return nothing if the runner of this name is no longer configured */
    public Optional<JobRunner> named(String name) {
        return runners.stream().filter(r -> r.name().equals(name)).findFirst();
    }

    /** Those whose jobs leave something where they ran. */
    public List<ClusterRunner> clusters() {
        return runners.stream()
                .filter(ClusterRunner.class::isInstance)
                .map(ClusterRunner.class::cast)
                .toList();
    }

    public List<String> references() {
        return runners.stream()
                .flatMap(r -> r.references().stream())
                .sorted()
                .distinct()
                .toList();
    }

    /** What to tell somebody who named an image that nobody knows. */
    public String unknown(String reference) {
        String known = String.join(", ", references());
        return "train_image: "
                + Stream.of(reference.split("\\R", 2)).findFirst().orElse("") + " (expected: "
                + (known.isEmpty() ? "none is configured here" : "one of " + known) + ")";
    }
}
