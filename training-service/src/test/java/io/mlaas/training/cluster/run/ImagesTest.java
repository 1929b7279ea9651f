package io.mlaas.training.cluster.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesTest {
    private static final String DIGEST = "@sha256:" + "a".repeat(64);
    private static final ImageProperties.Alias ALIAS = new ImageProperties.Alias(
            "acme/forecast:3", "registry.example.com/acme/forecast" + DIGEST, Map.of("model.size", "small"));

    private final Images images = new Images(
            new ImageProperties(List.of("registry.example.com:5000/acme", "ghcr.io/globex/"), List.of(ALIAS)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.com:5000/acme/forecast",
                "registry.example.com:5000/acme:3",
                "registry.example.com:5000/acme",
                "ghcr.io/globex/a/b:latest"
            })
    void knowsImagesByDigestFromWhereTheyAreAllowed(String name) {
        assertThat(images.image(name + DIGEST, "kubernetes")).hasValueSatisfying(image -> {
            assertThat(image.reference()).isEqualTo(name + DIGEST);
            assertThat(image.sha256()).isEqualTo("a".repeat(64));
            assertThat(image.md5()).hasSize(32);
            assertThat(image.runner()).isEqualTo("kubernetes");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry.example.com:5000/acme-evil/forecast",
                "registry.example.com:5000/acmeevil",
                "ghcr.io/globexx/a",
                "docker.io/library/busybox",
                "evil/registry.example.com:5000/acme/forecast",
                "registry.example.com:5000/acme/../evil/x y"
            })
    void knowsNoOthers(String name) {
        assertThat(images.image(name + DIGEST, "kubernetes")).isEmpty();
    }

    @Test
    void knowsNoTagsBecauseTheyMove() {
        assertThat(images.image("registry.example.com:5000/acme/forecast:3", "kubernetes"))
                .isEmpty();
        assertThat(images.references())
                .containsExactly(
                        "acme/forecast:3",
                        "registry.example.com:5000/acme/…@sha256:<digest>",
                        "ghcr.io/globex/…@sha256:<digest>");
    }

    @Test
    void knowsAliases() {
        assertThat(images.byDigest("acme/forecast:3")).hasValue("registry.example.com/acme/forecast" + DIGEST);
        assertThat(images.environment("acme/forecast:3")).containsEntry("model.size", "small");
        // what an alias stands for is not allowed by itself
        assertThat(images.byDigest("registry.example.com/acme/forecast" + DIGEST))
                .isEmpty();
    }

    @Test
    void allowsNothingByDefault() {
        Images none = new Images(new ImageProperties(List.of(), List.of()));
        assertThat(none.references()).isEmpty();
        assertThat(none.image("registry.example.com/acme/forecast" + DIGEST, "kubernetes"))
                .isEmpty();
    }

    @Test
    void refusesAnAliasThatIsThereTwice() {
        assertThatThrownBy(() -> new Images(new ImageProperties(List.of(), List.of(ALIAS, ALIAS))))
                .hasMessage(
                        "mlaas.training.kubernetes.images.aliases: acme/forecast:3 is there twice (expected: once)");
    }
}
