package io.mlaas.stack.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    private static final Path DIGITS = Path.of("../../demo/digits/digits.csv");

    @Test
    void eachPictureIsWithOneOwnerOrWithNobody() throws IOException {
        Shards shards = Shards.deal(DIGITS, 10, 360, 1);
        List<String> dealt = new ArrayList<>(shards.test());
        shards.owners().forEach(dealt::addAll);
        List<String> all = Files.readAllLines(DIGITS);
        assertThat(dealt).containsExactlyInAnyOrderElementsOf(all.subList(1, all.size()));
        assertThat(shards.test()).hasSize(360);
        assertThat(Shards.deal(DIGITS, 10, 360, 1)).isEqualTo(shards);
        assertThat(Shards.deal(DIGITS, 10, 360, 2)).isNotEqualTo(shards);
    }

    @Test
    void ownersAreNotAlike() throws IOException {
        Shards shards = Shards.deal(DIGITS, 10, 360, 1);
        for (int owner = 0; owner < 10; owner++) {
            int[] digits = shards.digits(owner);
            int home = digits[owner] + digits[(owner + 9) % 10];
            assertThat(home)
                    .as("pictures of two digits, of all")
                    .isGreaterThan(Arrays.stream(digits).sum() / 2);
            assertThat(Arrays.stream(digits).filter(count -> count > 0).count()).isGreaterThan(5);
        }
    }

    @Test
    void filesHaveTheHeaderAndTheirRows(@TempDir Path folder) throws IOException {
        Shards shards = Shards.deal(DIGITS, 3, 100, 5);
        List<Path> files = shards.write(folder);
        assertThat(files).hasSize(3);
        assertThat(Files.readAllLines(files.get(1)))
                .startsWith(shards.header())
                .containsAll(shards.owners().get(1))
                .hasSize(shards.owners().get(1).size() + 1);
        assertThat(Files.readAllLines(shards.writeTogether(folder.resolve("all.csv"))))
                .hasSize(1698);
    }
}
