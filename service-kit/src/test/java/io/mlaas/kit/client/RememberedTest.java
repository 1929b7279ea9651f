package io.mlaas.kit.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final String CONTRACT = "0x00000000000000000000000000000000000000c0";

    private final List<String> asked = new ArrayList<>();
    private Optional<String> block = Optional.of("0x01");
    private final Remembered<String> remembered = new Remembered<>(() -> block, said -> said.startsWith("final"));

    private Function<String, Optional<String>> saying(@Nullable String said) {
        return contract -> {
            asked.add(contract);
            return Optional.ofNullable(said);
        };
    }

    @Test
    void asksOnceUntilTheNextBlock() {
        assertThat(remembered.get(CONTRACT, saying("final"))).contains("final");
        assertThat(remembered.get(CONTRACT, saying(null))).contains("final");
        assertThat(asked).hasSize(1);

        block = Optional.of("0x02");

        assertThat(remembered.get(CONTRACT, saying(null)))
                .as("the chain lost it")
                .isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void alwaysAsksForWhatMayChange() {
        assertThat(remembered.get(CONTRACT, saying("no result yet"))).isPresent();
        assertThat(remembered.get(CONTRACT, saying("final result"))).contains("final result");
        assertThat(remembered.get(CONTRACT, saying(null))).contains("final result");
        assertThat(asked).hasSize(2);
    }

    @Test
    void remembersNothingThatIsNotThereAndNothingWithoutAChain() {
        assertThat(remembered.get(CONTRACT, saying(null))).isEmpty();
        assertThat(remembered.get(CONTRACT, saying("final"))).isPresent();

        block = Optional.empty();

        assertThat(remembered.get(CONTRACT, saying(null))).isEmpty();
        assertThat(asked).hasSize(3);
    }
}
