package io.mlaas.statistics.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Compares the columns of a dataset with those of its reference. */
public final class DataDrift {
    private final DriftSettings settings;

    public DataDrift(DriftSettings settings) {
        this.settings = settings;
    }

    /** One column. One without any value, or of another type than its reference, is {@link ColumnDrift.NotTested}. */
    public ColumnDrift column(ColumnPair pair) {
        try {
            return tested(pair);
        } catch (IllegalArgumentException untestable) {
            String reason = String.valueOf(untestable.getMessage());
            return new ColumnDrift.NotTested(pair.name(), pair.role(), reason);
        }
    }

    private ColumnDrift tested(ColumnPair pair) {
        Comparison comparison = new Comparison(pair.reference(), pair.current());
        DriftMethod method = settings.method(pair.name(), pair.reference(), pair.current());
        DriftMethod.Score score = method.score(comparison);
        double threshold = settings.threshold(pair.name(), method);
        double effect = comparison.effect();
        boolean significant = method.drifted(score.score(), threshold);
        boolean enough = !method.hasPValue()
                || settings.effect().isEnough(pair.reference().size(), effect);
        return new ColumnDrift.Tested(
                pair.name(),
                pair.role(),
                pair.reference().type(),
                method,
                score.score(),
                score.statistic(),
                threshold,
                score.score(),
                effect,
                comparison.shift(),
                pair.reference().size(),
                pair.current().size(),
                significant,
                significant && enough);
    }

    /** Columns that are in memory already. */
    public DatasetDrift dataset(List<ColumnPair> pairs) {
        return dataset(pairs.size(), pairs::get);
    }

    /**
     * Columns that are loaded when their turn comes and forgotten afterwards: not more than {@link DriftSettings#parallelism} of
     * them are in memory at a time.
     *
     * @param load gives the column with this index, 0 to {@code columns - 1}; called from several threads, once for each; what it
     *     throws ends the comparison
     */
    public DatasetDrift dataset(int columns, IntFunction<ColumnPair> load) {
        ColumnDrift[] results = new ColumnDrift[columns];
        AtomicInteger next = new AtomicInteger();
        inParallel(Math.min(settings.parallelism(), columns), () -> {
            for (int i = next.getAndIncrement(); i < columns; i = next.getAndIncrement()) {
                results[i] = column(load.apply(i));
            }
        });
        return DatasetDrift.of(corrected(List.of(results)), settings.share());
    }

    private static void inParallel(int threads, Runnable work) {
        if (threads <= 1) {
            work.run();
            return;
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(work));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private List<ColumnDrift> corrected(List<ColumnDrift> columns) {
        if (settings.correction() == DriftSettings.Correction.NONE) {
            return columns;
        }
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) instanceof ColumnDrift.Tested tested
                    && tested.method().hasPValue()) {
                places.add(i);
            }
        }
        List<ColumnDrift> corrected = new ArrayList<>(columns);
        double[] adjusted = BenjaminiHochberg.adjust(places.stream()
                .mapToDouble(i -> ((ColumnDrift.Tested) columns.get(i)).score())
                .toArray());
        for (int k = 0; k < adjusted.length; k++) {
            int place = places.get(k);
            corrected.set(place, ((ColumnDrift.Tested) columns.get(place)).adjusted(adjusted[k], settings.effect()));
        }
        return corrected;
    }
}
