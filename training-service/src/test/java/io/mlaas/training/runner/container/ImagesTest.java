package io.mlaas.training.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.training.runner.container.ContainerProperties.Image;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImagesTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private static Image image(String reference, String image) {
        return new Image(reference, image, List.of(), Map.of(), 0, List.of());
    }

    @Test
    void allowsNothingByDefault() {
        Images images = new Images(List.of(), List.of());
        assertThat(images.of("registry.example/acme/forecast@" + DIGEST)).isEmpty();
        assertThat(images.of(DIGEST)).isEmpty();
        assertThat(images.references()).isEmpty();
    }

    @Test
    void allowsImagesOfARepositoryByDigestOnly() {
        Images images = new Images(List.of(), List.of("registry.example/acme/*"));
        assertThat(images.of("registry.example/acme/forecast@" + DIGEST))
                .hasValueSatisfying(
                        allowed -> assertThat(allowed.pinned().sha256()).isEqualTo("ab".repeat(32)));
        for (String refused : List.of(
                "registry.example/acme/forecast:3",
                "registry.example/acme/forecast@sha256:abc",
                "registry.example/globex/forecast@" + DIGEST,
                "evil.example/registry.example/acme/forecast@" + DIGEST,
                "registry-example/acme/forecast@" + DIGEST,
                "registry.example/acme/../globex/forecast@" + DIGEST,
                DIGEST)) {
            assertThat(images.of(refused)).as(refused).isEmpty();
        }
    }

    @Test
    void knowsTheOperatorsReferencesByWhatTheyArePinnedTo() {
        Images images = new Images(List.of(image("acme/forecast:3", DIGEST)), List.of("registry.example/*"));
        assertThat(images.of("acme/forecast:3"))
                .hasValueSatisfying(
                        allowed -> assertThat(allowed.pinned().reference()).isEqualTo(DIGEST));
        assertThat(images.references()).containsExactly("acme/forecast:3", "registry.example/*@sha256:…");
    }

    @Test
    void refusesAnImageThatCouldBecomeAnother() {
        assertThatThrownBy(() -> new Images(List.of(image("acme/forecast:3", "acme/forecast:3")), List.of()))
                .hasMessageContaining("acme/forecast:3 is acme/forecast:3 (expected: name@sha256:… or sha256:…");
    }
}
