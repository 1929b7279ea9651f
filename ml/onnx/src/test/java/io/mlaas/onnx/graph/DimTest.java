package io.mlaas.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DimTest {
    private static final Dim BATCH = Dim.symbol("batch");
    private static final Dim TIME = Dim.symbol("time");

    @Test
    void computesWithSymbols() {
        assertThat(BATCH.times(4).dividedBy(Dim.of(4))).contains(BATCH);
        assertThat(BATCH.times(TIME).times(6).dividedBy(TIME.times(2))).contains(BATCH.times(3));
        assertThat(BATCH.plus(3).minus(BATCH)).isEqualTo(Dim.of(3));
        assertThat(BATCH.times(TIME)).isEqualTo(TIME.times(BATCH)).hasToString("batch*time");
    }

    @Test
    void knowsNoQuotientThatDependsOnTheSymbol() {
        assertThat(BATCH.dividedBy(Dim.of(2))).isEmpty();
        assertThat(BATCH.dividedBy(TIME)).isEmpty();
        assertThat(Dim.of(7).dividedBy(Dim.of(2))).contains(Dim.of(3));
        assertThat(Dim.of(7).dividedBy(Dim.of(0))).isEmpty();
    }

    @Test
    void comparesWhereTheAnswerIsTheSameForEverySize() {
        assertThat(BATCH.compare(Dim.of(0))).hasValue(1);
        assertThat(BATCH.compare(Dim.of(3))).isEmpty();
        assertThat(BATCH.plus(2).compare(BATCH)).hasValue(1);
        assertThat(BATCH.compare(BATCH.times(2))).hasValue(-1);
        assertThat(BATCH.compare(TIME)).isEmpty();
    }

    @Test
    void broadcastsSymbolsWithOnes() {
        Shape rows = new Shape(List.of(BATCH, Dim.of(4)));
        assertThat(rows.broadcast(Shape.of(4))).contains(rows);
        assertThat(rows.broadcast(new Shape(List.of(Dim.of(1), Dim.of(1))))).contains(rows);
        assertThat(rows.broadcast(Shape.of(3))).isEmpty();
    }
}
