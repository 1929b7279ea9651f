package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.deploy.Installations.Installation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every way to install must be. */
@ParameterizedClass
@MethodSource("installations")
class ManifestsTest {

    private final Manifests manifests;

    ManifestsTest(Installation installation) {
        manifests = installation.render();
    }

    static Stream<Installation> installations() {
        return Installations.all();
    }

    @Test
    void hasNoFieldThatKubernetesDoesNotKnow() {
        assertThat(manifests.objects()).allSatisfy(object -> assertThat(UnknownFields.in(object))
                .as(Manifests.name(object))
                .isEmpty());
    }

    @Test
    void hasNoObjectTwice() {
        List<String> names = manifests.objects().stream()
                .map(object -> object.getMetadata().getNamespace() + " " + Manifests.name(object))
                .toList();

        assertThat(names).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    }

    @Test
    void followsThePoliciesOfPods() {
        assertThat(manifests.pods()).isNotEmpty().allSatisfy(PodPolicies::check);
    }

    @Test
    void refersToWhatIsThere() {
        assertThat(new References(manifests).broken()).isEmpty();
    }
}
