package io.mlaas.monitoring.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static final Layout LAYOUT =
            new Layout(Map.of("a", Layout.Kind.NUMERIC), List.of("device"), List.of("y"), List.of());

    @Test
    void everyDivisionOrderAndNestingGivesTheSameRows() {
        List<Rows> blocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            blocks.add(block(i));
        }
        Sample whole = new Sample(LAYOUT, 100);
        blocks.forEach(block -> whole.add(block, true));
        byte[] expected = RowBlock.write(whole.rows());
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            List<Rows> twice = new ArrayList<>(blocks);
            twice.addAll(blocks);
            Collections.shuffle(twice, random);
            Sample part = new Sample(LAYOUT, 100);
            twice.subList(0, 30).forEach(block -> part.add(block, true));
            Sample all = new Sample(LAYOUT, 100);
            all.add(part.rows(), part.complete());
            long bound = part.highest();
            // what is above the bound is not needed
            twice.subList(30, twice.size()).forEach(block -> all.add(block.upTo(bound), true));

            assertThat(RowBlock.write(all.rows())).isEqualTo(expected);
            assertThat(all.complete()).isFalse();
            assertThat(all.highest()).isEqualTo(whole.highest());
            assertThat(Long.compareUnsigned(all.highest(), bound)).isNotPositive();
        }
        assertThat(Sample.count(whole.rows(), false)).isBetween(700L, 1300L);
    }

    @Test
    void hasNoBoundWhileAllFit() {
        Sample sample = new Sample(LAYOUT, 20);
        sample.add(block(0), true);
        sample.add(block(0), true);

        assertThat(sample.rows().size()).isEqualTo(20);
        assertThat(sample.complete()).isTrue();
        assertThat(sample.highest()).isEqualTo(Sample.NO_BOUND);
        assertThat(block(1).upTo(Sample.NO_BOUND).size()).isEqualTo(20);
    }

    @Test
    void findsWhetherABlockHasOneOfSomeIds() {
        byte[] block = RowBlock.write(block(3));
        byte[] beginning = Arrays.copyOf(block, IdSet.BYTES_BEFORE + 8 * 20);
        IdSet ids = new IdSet();
        for (int i = 0; i < 1000; i++) {
            ids.add(RowId.of("other" + i, 0));
        }

        assertThat(ids.anyOf(beginning)).isFalse();
        ids.add(RowId.parse("e3#19"));
        assertThat(ids.anyOf(beginning)).isTrue();
    }

    private static Rows block(int number) {
        RowsBuilder rows = new RowsBuilder(LAYOUT);
        for (int i = 0; i < 20; i++) {
            rows.row(RowId.of("e" + number, i), number * 1000L + i);
            rows.set(0, i / 3.0);
            rows.set(1, "pump-" + (number * 7 + i) % 13);
        }
        return rows.build();
    }
}
