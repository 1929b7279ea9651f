package io.mlaas.statistics.drift;

import java.util.List;

/**
 * What came out for all columns.
 *
 * @param columns in the order given
 * @param tested columns that could be compared
 * @param drifted those of them that drifted
 * @param share drifted over tested; 0 if none could be
 * @param drift whether the share reaches the one of the settings
 */
public record DatasetDrift(List<ColumnDrift> columns, int tested, int drifted, double share, boolean drift) {
    static DatasetDrift of(List<ColumnDrift> columns, double least) {
        int tested = (int)
                columns.stream().filter(ColumnDrift.Tested.class::isInstance).count();
        int drifted = (int) columns.stream().filter(ColumnDrift::drifted).count();
        double share = tested == 0 ? 0 : (double) drifted / tested;
        return new DatasetDrift(List.copyOf(columns), tested, drifted, share, tested > 0 && share >= least);
    }

    /** Those with a role: the drift of predictions, for instance. */
    public List<ColumnDrift> columns(ColumnRole role) {
        return columns.stream().filter(column -> column.role() == role).toList();
    }
}
