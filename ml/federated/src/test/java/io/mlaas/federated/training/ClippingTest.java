package io.mlaas.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.federated.aggregation.ModelUpdate;
import org.junit.jupiter.api.Test;

class ClippingTest {

    /** Numbers calculated in Python from the formulas of Andrew et al. */
    @Test
    void theNormFollowsTheQuantile() {
        assertThat(new Clipping.Adaptive(0.1, 0.5, 0.2).next(0.1, 0.8)).isEqualTo(0.09417645335842488, within(1e-17));
        assertThat(Clipping.updateNoiseMultiplier(1, 5)).isEqualTo(1.005037815259212, within(1e-15));
        assertThatThrownBy(() -> Clipping.updateNoiseMultiplier(10, 5))
                .hasMessageContaining("noise multiplier: 10.0 (expected: < 10.0");
    }

    @Test
    void clippingShortensWhatIsTooLongOnly() {
        float[] shorter = {0.03f, 0.04f};
        assertThat(Clipping.clip(shorter, 0.1)).isTrue();
        assertThat(shorter).containsExactly(0.03f, 0.04f);
        float[] longer = {-3, 4, 1e-30f};
        assertThat(Clipping.clip(longer, 0.1)).isFalse();
        assertThat(new ModelUpdate("a", 1, longer).norm())
                .isEqualTo(0.1, within(1e-8))
                .isLessThanOrEqualTo(0.1);
        assertThat(longer[0]).isEqualTo(-0.06f, within(1e-8f));
    }

    /** Of four clients at rate 1/2 two come: the sum is divided by the two that were expected. */
    @Test
    void withoutNoiseARoundIsTheSumOfClippedUpdatesOverTheExpectedClients() {
        CentralPrivacy privacy = new CentralPrivacy(
                new CentralPrivacy.Settings(new Clipping.Adaptive(1, 0.5, 0.2), 0, 1e-5, 4, 0.5), new byte[16]);
        CentralPrivacy.Round round = privacy.start(2, 1, 1);
        round.add(new ModelUpdate("a", 5, new float[] {0.5f, 0}));
        round.add(new ModelUpdate("b", 500, new float[] {0, -8}));
        assertThat(round.finish()).containsExactly(0.25, -0.5);
        assertThat(round.nextNorm()).isEqualTo(1); // one of two was not clipped: γ itself
        assertThat(privacy.cost(1).bounded()).isFalse();
        assertThatThrownBy(() -> round.add(new ModelUpdate("b", 1, new float[2])))
                .hasMessageContaining("each client once");
    }

    @Test
    void noiseHasTheDeviationThatTheAccountantCounts() {
        int size = 40_000;
        CentralPrivacy privacy = new CentralPrivacy(
                new CentralPrivacy.Settings(new Clipping.Fixed(0.1), 1.5, 1e-5, 100, 0.04), new byte[16]);
        double[] released = privacy.release(new double[size], 0.1, 3);
        double squares = 0;
        for (double value : released) {
            squares += value * value;
        }
        double expected = 1.5 * 0.1 / 4;
        assertThat(Math.sqrt(squares / size)).isEqualTo(expected, within(expected * 4 / Math.sqrt(2.0 * size)));
        assertThat(privacy.release(new double[size], 0.1, 3)).isEqualTo(released);
        assertThat(privacy.release(new double[size], 0.1, 4)).isNotEqualTo(released);
        // Opacus' accountant (RDP, its orders): z 1.5, q 0.04, 2,250 steps
        assertThat(privacy.cost(2250).epsilon()).isEqualTo(7.3291111714386545, within(1e-9));
    }
}
