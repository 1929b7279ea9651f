package io.mlaas.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.observer.Cause.Kind;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExperimentsTest {
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void namesEachFactorWhoseReleaseChangesTheResult() throws Exception {
        Diagnosis diagnosis = Experiments.diagnose("0", dependingOn(EnumSet.of(Factor.CLOCK, Factor.HASH_ORDER)));

        assertThat(diagnosis.causes()).extracting(Cause::kind).containsExactly(Kind.CLOCK, Kind.HASH_ORDER);
        assertThat(diagnosis.causes().getFirst().detail())
                .isEqualTo(
                        "the result changes as soon as nothing but this is let go of: the clock (with which Java also begins"
                                + " new Random() and the order of Set.of and Map.of)");
        // 2 pinned, 3 for each innocent factor, 1 and its confirmation for each guilty one
        assertThat(diagnosis.attempts()).hasSize(2 + 2 * 3 + 2 * 2);
    }

    @Test
    void accusesNobodyOfWhatChangesByItself() throws Exception {
        Diagnosis diagnosis = Experiments.diagnose("0", pinned -> "run " + runs.incrementAndGet());

        assertThat(diagnosis.causes()).extracting(Cause::kind).containsExactly(Kind.UNEXPLAINED);
        assertThat(diagnosis.causes().getFirst().detail()).startsWith("2 different results although");
        assertThat(diagnosis.attempts()).hasSize(2);
    }

    @Test
    void accusesNobodyIfThePinnedResultDoesNotComeAgain() throws Exception {
        Queue<String> outcomes = new ArrayDeque<>(List.of("a", "a", "b", "c"));

        Diagnosis diagnosis = Experiments.diagnose("0", pinned -> outcomes.remove());

        assertThat(diagnosis.causes()).extracting(Cause::kind).containsExactly(Kind.UNEXPLAINED);
        assertThat(outcomes).isEmpty();
    }

    @Test
    void saysWhatWasTriedWhenNothingChangesAnything() throws Exception {
        String digest = "ab".repeat(32);

        assertThat(Experiments.diagnose("cd".repeat(32), pinned -> digest).causes())
                .containsExactly(new Cause(
                        Kind.UNEXPLAINED,
                        "14 runs with clock, random numbers, hash order and threads pinned, and each let go of alone,"
                                + " all gave abababababab…, the first run gave cdcdcdcdcdcd…: another machine, other"
                                + " libraries, or an input that has changed since"));
        assertThat(Experiments.diagnose(digest, pinned -> digest)
                        .causes()
                        .getFirst()
                        .detail())
                .endsWith("as the first run did: what made it differ once is rare");
    }

    @Test
    void leavesWhenATrialDoes() {
        assertThatThrownBy(() -> Experiments.diagnose("0", pinned -> {
                    throw new IllegalStateException("not run yet");
                }))
                .hasMessage("not run yet");
    }

    private Trial dependingOn(Set<Factor> factors) {
        return pinned -> pinned.containsAll(factors) ? "same" : "run " + runs.incrementAndGet();
    }
}
