package io.mlaas.statistics.skew;

import static io.mlaas.statistics.skew.SkewReport.percent;
import static io.mlaas.statistics.skew.SkewReport.share;

import io.mlaas.statistics.skew.ColumnFacts.Names;
import io.mlaas.statistics.skew.SkewReport.Limits;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Findings about the names of one column. */
final class NameSkew {
    private static final double MOSTLY = 0.95;
    private static final int NAMED = 5;

    private final SkewSettings settings;
    private final String name;
    private final List<SkewFinding> findings;

    NameSkew(SkewSettings settings, String name, List<SkewFinding> findings) {
        this.settings = settings;
        this.name = name;
        this.findings = findings;
    }

    void find(Names reference, Names current, Limits limits) {
        long named = reference.rows() - reference.missing();
        if (limits.names().isEmpty() && (!reference.complete() || named == 0)) {
            return; // not all of the reference's categories are known
        }
        double before = shareOfNumbers(reference);
        double now = shareOfNumbers(current);
        boolean fewer = before >= MOSTLY && now < MOSTLY;
        boolean more = named > 0 && before <= 1 - MOSTLY && now > 1 - MOSTLY;
        if (limits.names().isEmpty() && (fewer || more)) {
            String sentence =
                    "%s is a number in %s of the rows (reference: %s)".formatted(name, percent(now), percent(before));
            findings.add(new SkewFinding(
                    SkewKind.VALUE_TYPE,
                    name,
                    before,
                    now,
                    Math.round(Math.abs(now - before) * current.rows()),
                    sentence));
        } else {
            newCategories(reference, current, limits);
        }
    }

    private void newCategories(Names reference, Names current, Limits limits) {
        Set<String> known = limits.names().isEmpty() ? reference.counts().keySet() : new HashSet<>(limits.names());
        if (limits.names().isEmpty() && known.size() > reference.rows() / 2 && known.size() > NAMED) {
            return; // nearly each row has its own: an identifier
        }
        Map<String, Long> fresh = new TreeMap<>(current.counts());
        fresh.keySet().removeAll(known);
        long rows = fresh.values().stream().mapToLong(Long::longValue).sum();
        double now = share(rows, current.rows() - current.missing());
        if (rows > 0 && now > settings.category()) {
            String sentence = "%s has %d categories that %s does not have, in %s of the rows: %s%s"
                    .formatted(
                            name,
                            fresh.size(),
                            limits.names().isEmpty() ? "the reference" : "the schema",
                            percent(now),
                            fresh.keySet().stream().limit(NAMED).collect(Collectors.joining("\", \"", "\"", "\"")),
                            fresh.size() > NAMED ? ", …" : "");
            findings.add(new SkewFinding(SkewKind.NEW_CATEGORY, name, 0, now, rows, sentence));
        }
    }

    private static double shareOfNumbers(Names names) {
        long numbers = 0;
        long all = 0;
        for (Map.Entry<String, Long> entry : names.counts().entrySet()) {
            all += entry.getValue();
            numbers += isNumber(entry.getKey()) ? entry.getValue() : 0;
        }
        return share(numbers, all);
    }

    private static boolean isNumber(String text) {
        return text.strip().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    }
}
