package io.mlaas.online.stream;

import io.mlaas.online.Schema;
import java.util.List;

/** One stream after another, each for a number of rows, the last for ever: abrupt drift. All have one schema. */
public final class Concepts implements RowStream {
    private final List<RowStream> streams;
    private final long rowsEach;
    private long row;

    public Concepts(List<RowStream> streams, long rowsEach) {
        this.streams = List.copyOf(streams);
        this.rowsEach = rowsEach;
        for (RowStream stream : streams) {
            if (!stream.schema().equals(schema())) {
                throw new IllegalArgumentException("streams: schemas differ (expected: one and the same)");
            }
        }
    }

    @Override
    public Schema schema() {
        return streams.getFirst().schema();
    }

    @Override
    public int next(double[] inputs) {
        int concept = (int) Math.min(streams.size() - 1, row / rowsEach);
        row++;
        return streams.get(concept).next(inputs);
    }
}
