package io.mlaas.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.federated.secagg.SecAggMessage.MaskedInput;
import io.mlaas.federated.secagg.SecAggMessage.Reveal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sum is exact whoever vanishes, as long as the threshold is met, and the server sees nothing else. */
class SecureAggregationTest {

    /** n = 7, t = 4: up to three vanish, spread over the steps in every way that these rows name. */
    @ParameterizedTest
    @CsvSource({
        "0,0,0,0,0,32",
        "3,0,0,0,0,64",
        "0,3,0,0,0,32",
        "0,0,3,0,0,64",
        "0,0,0,3,0,32",
        "0,0,0,0,3,64",
        "1,1,1,0,0,32",
        "0,1,1,1,0,64",
        "0,0,1,1,1,32",
        "1,0,1,0,1,64",
        "0,0,2,0,1,32"
    })
    void theSumIsExactWhoeverVanishes(int advertise, int share, int input, int check, int unmask, int bits) {
        var session = new Session(7, 4, 50, bits);
        var vanishing = new ArrayList<>(session.parameters.clients());
        var gone = new HashSet<String>();
        var expected = new ArrayList<>(vanishing);
        for (var step : List.of(advertise, share, input, check, unmask)) {
            for (var i = 0; i < step; i++) {
                gone.add(vanishing.remove((7 * i + 3) % vanishing.size()));
            }
            if (session.server.step().compareTo(SecAggStep.MASKED_INPUT) <= 0) {
                expected.removeAll(gone);
            }
            session.step(gone);
        }
        assertThat(session.server.survivors()).isEqualTo(expected);
        assertThat(session.server.sum()).isEqualTo(session.expectedSum(expected));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4"})
    void failsBelowTheThresholdAtEveryStepAndNamesThoseMissing(int step) {
        var session = new Session(5, 4, 3, 32);
        for (var i = 0; i < step; i++) {
            session.step(Set.of());
        }
        assertThatThrownBy(() -> session.step(Set.of("client-001", "client-003")))
                .isInstanceOf(SecAggException.class)
                .hasMessageContaining("3 of 5 clients (expected: >= 4)")
                .hasMessageContaining("[client-001, client-003]");
        assertThatThrownBy(() -> session.server.sum()).hasMessageContaining("no sum before DONE");
        // nothing is lost: who comes late is waited for
        session.server.receive("client-003", session.answer("client-003"));
        session.server.close();
        session.finish();
        assertThat(session.server.sum()).isEqualTo(session.expectedSum(session.server.survivors()));
    }

    @Test
    void goesOnWithClientsThatWereStoppedAtEveryStep() {
        var session = new Session(4, 3, 10, 64);
        while (session.server.step() != SecAggStep.DONE) {
            session.parameters.clients().forEach(session::restart);
            session.step(Set.of());
        }
        assertThat(session.server.sum()).isEqualTo(session.expectedSum(session.parameters.clients()));
    }

    /** Chi-square with 255 degrees of freedom on each byte of a vector of zeros: 410 is exceeded once in 10^9. */
    @Test
    void eachMaskedVectorIsUniform() {
        for (var bits : List.of(32, 64)) {
            var session = new Session(3, 2, 20_000, bits);
            session.inputs.values().forEach(input -> java.util.Arrays.fill(input, 0));
            session.step(Set.of());
            session.step(Set.of());
            for (var client : session.parameters.clients()) {
                var masked = (MaskedInput) session.answer(client);
                var counts = new int[256];
                for (var value : masked.values()) {
                    for (var shift = 0; shift < bits; shift += 8) {
                        counts[(int) (value >>> shift) & 0xff]++;
                    }
                }
                var each = masked.values().length * (bits / 8) / 256.0;
                var chiSquare = 0.0;
                for (var count : counts) {
                    chiSquare += (count - each) * (count - each) / each;
                }
                assertThat(chiSquare).as(client + " of " + bits).isBetween(140.0, 410.0);
            }
        }
    }

    @Test
    void neverAsksOrGivesBothSecretsOfOneClient() {
        var session = new Session(5, 3, 3, 32);
        session.step(Set.of());
        session.step(Set.of());
        session.step(Set.of("client-002"));
        session.step(Set.of());
        for (var client : session.server.expected()) {
            var reveal = (Reveal) session.answer(client);
            assertThat(reveal.selfShares().keySet())
                    .containsExactly("client-000", "client-001", "client-003", "client-004");
            assertThat(reveal.keyShares().keySet()).containsExactly("client-002");
        }
    }

    @Test
    void theMasksOfTwoSessionsWithTheSameInputAreDifferent() {
        var session = new Session(3, 2, 4, 64);
        session.step(Set.of());
        session.step(Set.of());
        var first = (MaskedInput) session.answer("client-000");
        var again = new Session(3, 2, 4, 64);
        again.inputs.put("client-000", session.inputs.get("client-000"));
        again.step(Set.of());
        again.step(Set.of());
        assertThat(((MaskedInput) again.answer("client-000")).values()).isNotEqualTo(first.values());
    }

    @Test
    void quantisedSumsAreWithinHalfAStepPerAddend() {
        for (var bits : List.of(32, 64)) {
            var quantisation = Quantisation.of(8.0, 100, bits);
            var extreme = quantisation.quantise(new double[] {8.0, -8.0, 0.1});
            var parameters = new SecAggParameters("s", List.of("a", "b"), 2, 3, bits);
            var sum = new long[3];
            for (var client = 0; client < 100; client++) {
                for (var i = 0; i < 3; i++) {
                    sum[i] = parameters.reduce(sum[i] + extreme[i]);
                }
            }
            var restored = quantisation.restore(parameters.signed(sum));
            var error = 100 / (2 * quantisation.scale());
            assertThat(restored[0]).isEqualTo(800);
            assertThat(restored[1]).isEqualTo(-800);
            assertThat(restored[2]).isCloseTo(10, within(error + 1e-12));
        }
        assertThat(Quantisation.of(1, 100, 0x1p-20).bits()).isEqualTo(32);
        assertThat(Quantisation.of(1, 100, 0x1p-40).bits()).isEqualTo(64);
        assertThatThrownBy(() -> Quantisation.of(1, 100, 32).quantise(new double[] {0, Double.NaN}))
                .hasMessageContaining("value 1: NaN (expected: within ±1.0)");
    }

    @Test
    void aThresholdThatTwoDisjointHalvesCouldMeetIsRefused() {
        var names = List.of("a", "b", "c", "d");
        assertThatThrownBy(() -> new SecAggParameters("s", names, 2, 3, 32))
                .hasMessageContaining("threshold: 2 (expected: more than half of 4 clients");
        assertThatThrownBy(() -> new SecAggParameters("s", names, 5, 3, 32)).hasMessageContaining("threshold: 5");
        assertThatThrownBy(() -> new SecAggParameters("s", List.of("a", "a"), 2, 3, 32))
                .hasMessageContaining("clients");
    }
}
