package io.mlaas.training.runner.container;

import io.mlaas.training.runner.container.ContainerProperties.Image;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which images may run: those that the operator named, and those of repositories that he allowed. Nothing else. */
final class Images {

    /** An image that may run, and how. */
    record Allowed(PinnedImage pinned, Image settings) {}

    private record Repository(String pattern, Pattern form) {
        static Repository of(String pattern) {
            String form =
                    Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return new Repository(pattern, Pattern.compile(form));
        }
    }

    private final Map<String, Allowed> named = new LinkedHashMap<>();
    private final List<Repository> repositories;

    Images(List<Image> configured, List<String> allowed) {
        for (Image image : configured) {
            PinnedImage pinned = PinnedImage.parse(image.image())
                    .orElseThrow(() -> new IllegalStateException(
                            "mlaas.training.container.images: " + image.reference() + " is " + image.image()
                                    + " (expected: name@sha256:… or sha256:…, which stay what they are)"));
            if (named.put(image.reference(), new Allowed(pinned, image)) != null) {
                throw new IllegalStateException(
                        "mlaas.training.container.images: " + image.reference() + " is there twice (expected: once)");
            }
        }
        repositories = allowed.stream().map(Repository::of).toList();
    }

    Optional<Allowed> of(String reference) {
        Allowed known = named.get(reference);
        return known != null ? Optional.of(known) : PinnedImage.parse(reference).flatMap(this::ofAllowedRepository);
    }

    private Optional<Allowed> ofAllowedRepository(PinnedImage pinned) {
        boolean allowed = !pinned.byId()
                && repositories.stream()
                        .anyMatch(one -> one.form().matcher(pinned.name()).matches());
        String reference = pinned.reference();
        return allowed
                ? Optional.of(new Allowed(pinned, new Image(reference, reference, List.of(), Map.of(), 0, List.of())))
                : Optional.empty();
    }

    /** For people. */
    List<String> references() {
        return Stream.concat(named.keySet().stream(), repositories.stream().map(one -> one.pattern() + "@sha256:…"))
                .toList();
    }
}
