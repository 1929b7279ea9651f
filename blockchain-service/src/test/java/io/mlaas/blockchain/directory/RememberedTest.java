package io.mlaas.blockchain.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.contracts.ModelFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final String CONTRACT = "0x00000000000000000000000000000000000000c0";
    private static final String SHA256 = "5".repeat(64);
    private static final String MD5 = "6".repeat(32);

    private final List<String> asked = new ArrayList<>();
    private Optional<String> block = Optional.of("0x01");
    private final Remembered remembered = new Remembered(() -> block);

    private Function<String, Optional<AssetOnChain>> saying(@Nullable AssetOnChain asset) {
        return contract -> {
            asked.add(contract);
            return Optional.ofNullable(asset);
        };
    }

    private static AssetOnChain dataset() {
        return new AssetOnChain.Dataset(
                CONTRACT,
                "0x0",
                UUID.randomUUID(),
                UUID.randomUUID(),
                "0x0",
                Instant.EPOCH,
                new DatasetFields("(1)", 1, MD5, SHA256));
    }

    private static AssetOnChain model(AssetOnChain.@Nullable Result result) {
        return new AssetOnChain.Model(
                CONTRACT,
                "0x0",
                UUID.randomUUID(),
                UUID.randomUUID(),
                "0x0",
                Instant.EPOCH,
                new ModelFields(UUID.randomUUID(), UUID.randomUUID(), null, null, MD5, SHA256),
                result);
    }

    @Test
    void asksOnceUntilTheNextBlock() {
        AssetOnChain dataset = dataset();
        assertThat(remembered.assetAt(CONTRACT, saying(dataset))).contains(dataset);
        assertThat(remembered.assetAt(CONTRACT, saying(null))).contains(dataset);
        assertThat(asked).hasSize(1);

        block = Optional.of("0x02");

        assertThat(remembered.assetAt(CONTRACT, saying(null)))
                .as("the chain lost it")
                .isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void alwaysAsksForAModelThatHasNoResultYet() {
        assertThat(remembered.assetAt(CONTRACT, saying(model(null)))).isPresent();
        AssetOnChain finished = model(new AssetOnChain.Result(SHA256, MD5, Instant.EPOCH));
        assertThat(remembered.assetAt(CONTRACT, saying(finished))).contains(finished);
        assertThat(remembered.assetAt(CONTRACT, saying(null))).contains(finished);
        assertThat(asked).hasSize(2);
    }

    @Test
    void remembersNothingThatIsNotThereAndNothingWithoutAChain() {
        assertThat(remembered.assetAt(CONTRACT, saying(null))).isEmpty();
        assertThat(remembered.assetAt(CONTRACT, saying(dataset()))).isPresent();

        block = Optional.empty();

        assertThat(remembered.assetAt(CONTRACT, saying(null))).isEmpty();
        assertThat(asked).hasSize(3);
    }
}
