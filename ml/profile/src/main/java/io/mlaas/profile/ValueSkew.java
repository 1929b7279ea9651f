package io.mlaas.profile;

import io.mlaas.statistics.drift.ColumnType;
import io.mlaas.statistics.skew.ColumnFacts;
import io.mlaas.statistics.skew.SkewFinding;
import io.mlaas.statistics.skew.SkewReport;
import io.mlaas.statistics.skew.SkewSettings;
import io.mlaas.statistics.skew.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Schema skew and value skew between two profiles: what {@link SkewReport} says of what profiles keep. */
public final class ValueSkew {
    private static final SkewReport REPORT = new SkewReport(SkewSettings.DEFAULT);

    private ValueSkew() {}

    /** The schema first, then by column, then times. */
    public static List<SkewFinding> between(DatasetProfile reference, DatasetProfile current) {
        List<SkewFinding> found = new ArrayList<>(SkewReport.schema(types(reference), types(current)));
        reference.columns().forEach((name, before) -> {
            ColumnProfile now = current.column(name);
            if (now != null
                    && now.rows() > 0
                    && facts(now).type() == facts(before).type()) {
                found.addAll(REPORT.column(name, facts(before), facts(now)));
            }
        });
        SkewFinding gap = REPORT.gap("", steps(reference.arrivals()), steps(current.arrivals()));
        if (gap != null) {
            found.add(gap);
        }
        return List.copyOf(found);
    }

    private static SortedMap<String, ColumnType> types(DatasetProfile profile) {
        SortedMap<String, ColumnType> types = new TreeMap<>();
        profile.columns().forEach((name, column) -> {
            if (column.rows() > 0) {
                types.put(name, facts(column).type());
            }
        });
        return types;
    }

    private static Steps steps(Arrivals arrivals) {
        return arrivals.count() < 2
                ? new Steps(0, 0, 0)
                : new Steps(
                        arrivals.count() - 1,
                        (double) arrivals.span().toMillis() / (arrivals.count() - 1),
                        arrivals.longestGap().toMillis());
    }

    private static ColumnFacts facts(ColumnProfile profile) {
        return switch (profile) {
            case NumericProfile numbers -> new Numbers(numbers);
            case CategoricalProfile names -> new Names(names);
        };
    }

    private record Numbers(NumericProfile profile) implements ColumnFacts.Numbers {
        @Override
        public long rows() {
            return profile.rows();
        }

        @Override
        public long missing() {
            return profile.missing();
        }

        @Override
        public long notFinite() {
            return profile.nan() + profile.infinite();
        }

        @Override
        public long count() {
            return profile.count();
        }

        @Override
        public double least() {
            return profile.min();
        }

        @Override
        public double greatest() {
            return profile.max();
        }

        @Override
        public double quantile(double rank) {
            return profile.quantile(rank);
        }

        @Override
        public double outside(double least, double greatest) {
            return profile.rank(Math.nextDown(least)) + 1 - profile.rank(greatest);
        }

        @Override
        public ColumnFacts.Run run() {
            return new ColumnFacts.Run(profile.longestRun(), profile.longestRunValue(), profile.count(), "");
        }
    }

    private record Names(CategoricalProfile profile) implements ColumnFacts.Names {
        @Override
        public long rows() {
            return profile.rows();
        }

        @Override
        public long missing() {
            return profile.missing();
        }

        @Override
        public Map<String, Long> counts() {
            return profile.counts();
        }

        @Override
        public boolean complete() {
            return profile.countError() == 0;
        }
    }
}
