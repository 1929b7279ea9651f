package io.mlaas.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against numbers of Opacus' accountant, of TensorFlow Privacy's tutorial (1.18) and of the PATE papers. */
class AccountantTest {
    @ParameterizedTest
    @CsvSource({
        "1.5, 0.04, 2250, 7.3291111714386545, 8.073848, 1e-6",
        "1.3, 0.004166666666666667, 3600, 0.9422002181627518, 1.1799006739827, 1e-12",
        "1, 0.01, 1000, 2.1013652716430564, , 0"
    })
    void givesTheEpsilonOfOpacusByBothConversions(
            double z, double q, long steps, double tight, Double classic, double digits) {
        RdpCurve run = GaussianRdp.sampled(z, q, Orders.OPACUS).times(steps);

        assertThat(run.guarantee(1e-5).epsilon()).isCloseTo(tight, within(1e-10));
        assertThat(run.guarantee(1e-5)).isEqualTo(run.guarantee(1e-5, Conversion.TIGHT));
        if (classic != null) {
            assertThat(run.guarantee(1e-5, Conversion.CLASSIC).epsilon()).isCloseTo(classic, within(digits));
        }
    }

    @Test
    void givesTheCostOfOneStepAtWholeAndOtherOrders() {
        RdpCurve step = GaussianRdp.sampled(1, .01, List.of(1.5, 2.0, 4.0, 8.0, 16.0));

        double[] published = {1.2725374e-4, 1.7181342e-4, 3.6315405e-4, 8.9364391e-4, 3.0878508};
        for (int i = 0; i < published.length; i++) {
            assertThat(step.costs().get(i) / published[i]).isCloseTo(1, within(3e-8));
        }
    }

    @Test
    void theSeriesOfOtherOrdersMeetsTheSumOfWholeOnes() {
        for (double z : new double[] {.6, 1, 4}) {
            RdpCurve around = GaussianRdp.sampled(z, .02, List.of(7 - 1e-9, 7.0, 7 + 1e-9));
            double middle = (around.costs().get(0) + around.costs().get(2)) / 2;
            assertThat(middle / around.costs().get(1)).isCloseTo(1, within(1e-7));
        }
    }

    @Test
    void samplingAllIsNoSamplingAndSamplingNothingIsFree() {
        assertThat(GaussianRdp.sampled(1.1, 1, Orders.PATE)).isEqualTo(GaussianRdp.gaussian(1.1, Orders.PATE));
        assertThat(GaussianRdp.sampled(1.1, 0, Orders.PATE)).isEqualTo(RdpCurve.free(Orders.PATE));
        assertThat(Orders.OPACUS).hasSize(151);
        assertThat(Orders.PATE).containsAll(Orders.OPACUS);
    }

    @Test
    void findsTheNoiseThatOpacusFinds() {
        assertThat(NoiseMultiplier.solve(8, 1e-5, .04, 90 * 25)).isCloseTo(1.416, within(5e-5));
        assertThat(NoiseMultiplier.solve(8, 1e-5, .04, 2000)).isCloseTo(1.3562, within(5e-5));
    }

    @Test
    void theNoiseKeepsTheBudgetAndHardlyAnyLessWould() {
        double z = NoiseMultiplier.solve(.5, 1e-6, .1, 100, 1e-6, Orders.PATE);
        assertThat(GaussianRdp.sampled(z, .1, Orders.PATE)
                        .times(100)
                        .guarantee(1e-6)
                        .epsilon())
                .isBetween(.5 - 1e-6, .5);
        assertThatThrownBy(() -> NoiseMultiplier.solve(-1, 1e-6, .1, 100))
                .hasMessage("target epsilon: -1.0 (expected: above 0)");
        assertThatThrownBy(() -> NoiseMultiplier.solve(1e-3, 1e-6, 1, 100))
                .hasMessageContaining("target epsilon: 0.001 (expected: one that some noise reaches");
    }

    @Test
    void composesStronglyAsThePatePaperDoesAndBasically() {
        assertThat(Composition.strong(.1, 100, 1e-5).epsilon()).isCloseTo(5.798525912, within(1e-9));
        Guarantee both = Composition.basic(List.of(new Guarantee(1, 1e-5, 2), new Guarantee(.5, 1e-6, 3)));
        assertThat(both.epsilon()).isEqualTo(1.5);
        assertThat(both.delta()).isCloseTo(1.1e-5, within(1e-18));
    }

    @Test
    void addsJobsByTheirCurvesWhereTheyHaveSome() {
        RdpCurve run = GaussianRdp.sampled(1, .01, Orders.PATE).times(1000);
        PrivacyCost job = PrivacyCost.of(run, 1e-5, Conversion.TIGHT, "a run");
        PrivacyCost other = new PrivacyCost(.5, 4e-6, "by itself", null, "another");

        assertThat(Composition.of(List.of(), 1e-5).epsilon()).isZero();
        assertThat(Composition.of(List.of(job), 1e-5).epsilon()).isEqualTo(job.epsilon());
        // Two of 1e-5 are 2e-5 by their sums, and at 1e-5 twice as many steps.
        assertThat(Composition.of(List.of(job, job), 1e-5).epsilon())
                .isEqualTo(run.times(2).guarantee(1e-5).epsilon());
        assertThat(Composition.of(List.of(job, other), 1e-5).epsilon())
                .isEqualTo(.5 + run.guarantee(6e-6).epsilon());
        assertThat(Composition.of(List.of(job, other), 2e-5).epsilon())
                .isEqualTo(.5 + run.guarantee(1.6e-5).epsilon());
        assertThat(Composition.of(List.of(other, other), 5e-6).epsilon()).isInfinite();
        PrivacyCost cheap =
                new PrivacyCost(1e-3, 1e-6, "by itself", RdpCurve.of(Orders.PATE, order -> 5), "loose curve");
        assertThat(Composition.of(List.of(cheap, other), 1e-5).epsilon()).isEqualTo(.501);
    }

    @Test
    void addsCurvesAtTheOrdersThatBothHave() {
        RdpCurve sum = new RdpCurve(List.of(2.0, 3.0), List.of(1.0, 2.0))
                .plus(new RdpCurve(List.of(3.0, 4.0), List.of(10.0, 20.0)));
        assertThat(sum).isEqualTo(new RdpCurve(List.of(3.0), List.of(12.0)));
        assertThat(sum.at(3)).isEqualTo(12);
        assertThatThrownBy(() -> sum.plus(new RdpCurve(List.of(2.0), List.of(1.0))))
                .hasMessageContaining("at least one order that both have");
        assertThatThrownBy(() -> new RdpCurve(List.of(1.0), List.of(0.0)))
                .hasMessage("orders[0]: 1.0 (expected: above 1.0)");
    }
}
