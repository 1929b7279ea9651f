package io.mlaas.profile;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The profiles of a dataset's columns, by name, and when its rows came. A column is there from its first value on; two profiles
 * merge by name, also where one of them lacks columns. Not safe for several threads, but different columns may be filled by
 * different threads.
 */
public final class DatasetProfile {
    private final int k;
    private final SortedMap<String, ColumnProfile> columns = new TreeMap<>();
    private Arrivals arrivals = new Arrivals();

    public DatasetProfile() {
        this(NumericProfile.DEFAULT_K);
    }

    /** @param k the accuracy of the numeric columns' quantiles: {@link NumericProfile} */
    public DatasetProfile(int k) {
        new NumericProfile(k);
        this.k = k;
    }

    /**
     * The profile of a numeric column, made where there is none yet.
     *
     * @throws IllegalArgumentException where the column is categorical
     */
    public NumericProfile numeric(String name) {
        if (columns.computeIfAbsent(name, key -> new NumericProfile(k)) instanceof NumericProfile column) {
            return column;
        }
        throw new IllegalArgumentException("column " + name + ": categorical (expected: numeric)");
    }

    /**
     * The profile of a categorical column, made where there is none yet.
     *
     * @throws IllegalArgumentException where the column is numeric
     */
    public CategoricalProfile categorical(String name) {
        if (columns.computeIfAbsent(name, key -> new CategoricalProfile()) instanceof CategoricalProfile column) {
            return column;
        }
        throw new IllegalArgumentException("column " + name + ": numeric (expected: categorical)");
    }

    /**
     * Adds many values to numeric columns, with all processors, one column on one of them.
     *
     * @param values [column][row]
     */
    public void addNumeric(String[] names, double[]... values) {
        if (names.length != values.length) {
            throw new IllegalArgumentException(
                    "values: " + values.length + " columns (expected: " + names.length + ", one for each name)");
        }
        NumericProfile[] targets = new NumericProfile[names.length];
        for (int i = 0; i < names.length; i++) {
            targets[i] = numeric(names[i]);
        }
        IntStream.range(0, names.length).parallel().forEach(i -> targets[i].addAll(values[i]));
    }

    public @Nullable ColumnProfile column(String name) {
        return columns.get(name);
    }

    /** By name. */
    public SortedMap<String, ColumnProfile> columns() {
        return Collections.unmodifiableSortedMap(columns);
    }

    /** When rows came, where they were told by {@link Arrivals#add}. */
    public Arrivals arrivals() {
        return arrivals;
    }

    /**
     * Takes in what the other one saw; the other one stays as it is.
     *
     * @throws IllegalArgumentException where a column is numeric here and categorical there; nothing was merged then
     */
    public void merge(DatasetProfile other) {
        for (Map.Entry<String, ColumnProfile> entry : other.columns.entrySet()) {
            ColumnProfile mine = columns.get(entry.getKey());
            if (mine != null && mine.getClass() != entry.getValue().getClass()) {
                throw new IllegalArgumentException("column " + entry.getKey() + ": " + kind(entry.getValue())
                        + " (expected: " + kind(mine) + ", as here)");
            }
        }
        other.columns.forEach((name, theirs) ->
                columns.computeIfAbsent(name, key -> theirs.empty()).merge(theirs));
        arrivals.merge(other.arrivals);
    }

    private static String kind(ColumnProfile column) {
        return switch (column) {
            case NumericProfile numeric -> "numeric";
            case CategoricalProfile categorical -> "categorical";
        };
    }

    public DatasetProfile copy() {
        DatasetProfile copy = new DatasetProfile(k);
        copy.merge(this);
        return copy;
    }

    public byte[] toBytes() {
        return ProfileFormat.write(k, columns, arrivals);
    }

    /** @throws ProfileFormatException where bytes are missing, were changed, or are of another version */
    public static DatasetProfile fromBytes(byte[] bytes) {
        return ProfileFormat.read(bytes);
    }

    /** What was read. */
    static DatasetProfile of(int k, Map<String, ColumnProfile> columns, Arrivals arrivals) {
        DatasetProfile profile = new DatasetProfile(k);
        profile.columns.putAll(columns);
        profile.arrivals = arrivals;
        return profile;
    }
}
