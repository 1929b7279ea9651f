package io.mlaas.privacy.pate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Numbers computed with the programs of the PATE papers (research/pate_2017 and pate_2018): δ = 1e-5, ten classes. */
class PateTest {
    private static final Votes CLEAR = Votes.of(240, 5, 5, 0, 0, 0, 0, 0, 0, 0);

    @Test
    void laplaceNoiseCostsWhatThePaperSays() {
        LaplaceNoisyMax mechanism = new LaplaceNoisyMax(20);

        assertThat(mechanism.queryEpsilon()).isEqualTo(.1);
        assertThat(epsilon(mechanism, 100)).isCloseTo(5.298526, within(5e-7));
        assertThat(mechanism.logOther(CLEAR)).isCloseTo(-8.49361187489866, within(1e-13));
        assertThat(epsilonGiven(mechanism, CLEAR, 100)).isCloseTo(.2918280655410197, within(1e-12));
        assertThat(epsilonGiven(mechanism, CLEAR, 1000)).isCloseTo(.5314381649855782, within(1e-12));
    }

    @Test
    void gaussianNoiseCostsWhatThePaperSays() {
        GaussianNoisyMax mechanism = new GaussianNoisyMax(40);

        assertThat(epsilon(mechanism, 100)).isCloseTo(1.759851818926445, within(1e-12));
        assertThat(epsilonGiven(mechanism, CLEAR, 100)).isCloseTo(.3919288125073969, within(1e-12));
    }

    @Test
    void theReportsOwnExampleIsNotPrivate() {
        assertThat(epsilon(LaplaceNoisyMax.ofInverseScale(.3), 1000)).isCloseTo(272.4, within(.05));
        assertThat(epsilon(LaplaceNoisyMax.ofQueryEpsilon(.3), 1000)).isCloseTo(90.5, within(.05));
        Votes two = Votes.of(2, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(epsilonGiven(LaplaceNoisyMax.ofInverseScale(.3), two, 1000)).isCloseTo(272.4, within(.05));
    }

    @Test
    void votesThatAreSplitCostAsMuchAsAny() {
        Votes split = Votes.of(25, 25, 25, 25, 25, 25, 25, 25, 25, 25);
        for (VoteMechanism mechanism : new VoteMechanism[] {
            new LaplaceNoisyMax(20), new GaussianNoisyMax(40), new ConfidentGaussianNoisyMax(25, 40, 40)
        }) {
            assertThat(mechanism.costGiven(split, true, Orders.PATE).privateCurve())
                    .isEqualTo(mechanism.cost(1, Orders.PATE));
        }
    }

    @Test
    void confidentAnswersCostTheirCheckToo() {
        ConfidentGaussianNoisyMax mechanism = new ConfidentGaussianNoisyMax(200, 150, 40);

        double check = 2.0 / (2 * 150 * 150);
        assertThat(mechanism.cost(1, 0, Orders.PATE).at(2)).isCloseTo(check, within(1e-15));
        assertThat(mechanism.cost(1, Orders.PATE).at(2)).isCloseTo(check + 2.0 / (40 * 40), within(1e-15));
        assertThat(mechanism.costGiven(CLEAR, false, Orders.PATE).privateCurve().at(2))
                .isLessThanOrEqualTo(check);
        assertThatThrownBy(() -> mechanism.cost(1, 2, Orders.PATE)).hasMessage("answered: 2 (expected: from 0 to 1)");
    }

    @Test
    void clearVotesWinAndUnclearOnesAreNotAnsweredConfidently() {
        KeyedNoise noise = KeyedNoise.of(new byte[32], "votes", 0);
        ConfidentGaussianNoisyMax confident = new ConfidentGaussianNoisyMax(200, 10, 10);

        for (int i = 0; i < 100; i++) {
            assertThat(new LaplaceNoisyMax(5).answer(CLEAR, noise)).isEqualTo(OptionalInt.of(0));
            assertThat(new GaussianNoisyMax(20).answer(CLEAR, noise)).isEqualTo(OptionalInt.of(0));
            assertThat(confident.answer(CLEAR, noise)).isPresent();
            assertThat(confident.answer(Votes.of(125, 125), noise)).isEmpty();
        }
    }

    @Test
    void noiseDecidesBetweenEqualVotes() {
        KeyedNoise noise = KeyedNoise.of(new byte[32], "votes", 1);
        int[] wins = new int[2];
        for (int i = 0; i < 10_000; i++) {
            wins[new LaplaceNoisyMax(10).answer(Votes.of(5, 5), noise).getAsInt()]++;
        }
        assertThat(wins[0]).isBetween(4_750, 5_250);
    }

    @Test
    void aDataDependentCostShowsNoNumberByAccident() {
        DataDependentCost cost = new GaussianNoisyMax(40).costGiven(CLEAR, true, Orders.PATE);
        assertThat(cost).hasToString("data-dependent cost (private)");
        assertThat(cost.plus(DataDependentCost.none(Orders.PATE)).privateCurve())
                .isEqualTo(cost.privateCurve());
    }

    @Test
    void countsVotes() {
        Votes votes = Votes.count(new int[] {1, 1, 0}, 3);
        assertThat(votes.teachers()).isEqualTo(3);
        assertThat(votes.plurality()).isEqualTo(1);
        assertThatThrownBy(() -> Votes.count(new int[] {3}, 3)).hasMessage("labels[0]: 3 (expected: from 0 to 2)");
    }

    private static double epsilon(VoteMechanism mechanism, long queries) {
        return mechanism
                .cost(queries, Orders.PATE)
                .guarantee(1e-5, Conversion.CLASSIC)
                .epsilon();
    }

    private static double epsilonGiven(VoteMechanism mechanism, Votes votes, long queries) {
        return mechanism
                .costGiven(votes, true, Orders.PATE)
                .times(queries)
                .privateGuarantee(1e-5, Conversion.CLASSIC)
                .epsilon();
    }
}
