package io.mlaas.federated.partition;

import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How rows come to clients. No row comes to two clients; the same seed gives the same rows to the same client. */
public sealed interface Partition {

    /**
     * @param clients how many
     * @return of each client its rows, ascending, at least one
     * @throws InvalidDataException when there are too few rows, or no labels where labels are needed
     */
    List<int[]> split(Samples samples, int clients, long seed);

    /**
     * Everybody's rows are drawn alike.
     *
     * @param samplesPerClient null: all rows are dealt out, numbers differ by one at most
     */
    record Iid(@Nullable Integer samplesPerClient) implements Partition {
        public Iid {
            requireSamples(samplesPerClient);
        }

        @Override
        public List<int[]> split(Samples samples, int clients, long seed) {
            int wanted = wanted(samples, clients, samplesPerClient);
            int[] rows = shuffled(samples.count(), new SplitMix64(seed));
            int count = samplesPerClient == null ? samples.count() : wanted * clients;
            return IntStream.range(0, clients)
                    .mapToObj(k -> sorted(Arrays.copyOfRange(
                            rows, (int) ((long) count * k / clients), (int) ((long) count * (k + 1) / clients))))
                    .toList();
        }
    }

    /**
     * Of each class the clients get shares drawn from a symmetric Dirichlet distribution (Hsu et al., Measuring the
     * Effects of Non-Identical Data Distribution for Federated Visual Classification, 2019): the smaller α, the fewer
     * classes a client knows. A client that would get nothing gets a row of whoever has most.
     *
     * @param alpha > 0
     */
    record Dirichlet(double alpha) implements Partition {
        public Dirichlet {
            if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("alpha: " + alpha + " (expected: > 0)");
            }
        }

        @Override
        public List<int[]> split(Samples samples, int clients, long seed) {
            wanted(samples, clients, null);
            SplitMix64 random = new SplitMix64(seed);
            Samples.Targets.Classes targets = classes(samples);
            List<List<Integer>> dealt = new ArrayList<>();
            IntStream.range(0, clients).forEach(k -> dealt.add(new ArrayList<>()));
            for (int label = 0; label < targets.names().size(); label++) {
                int[] rows = rowsOf(targets.labels(), label);
                random.shuffle(rows);
                double[] shares = DirichletShares.draw(alpha, clients, random);
                double cumulated = 0;
                int from = 0;
                for (int k = 0; k < clients; k++) {
                    cumulated += shares[k];
                    int to = k == clients - 1 ? rows.length : (int) Math.min(rows.length, cumulated * rows.length);
                    for (; from < to; from++) {
                        dealt.get(k).add(rows[from]);
                    }
                }
            }
            for (List<Integer> empty : dealt) {
                if (empty.isEmpty()) {
                    empty.add(largest(dealt).removeLast());
                }
            }
            return dealt.stream()
                    .map(rows -> sorted(rows.stream().mapToInt(i -> i).toArray()))
                    .toList();
        }

        private static List<Integer> largest(List<List<Integer>> dealt) {
            List<Integer> largest = dealt.getFirst();
            for (List<Integer> rows : dealt) {
                largest = rows.size() > largest.size() ? rows : largest;
            }
            return largest;
        }
    }

    /**
     * Clients whose share of a class is out of proportion; the reports' {@code imb_parameter}, {@code target_label} and
     * {@code n_samples} of TensorFlow Federated. The reports name these parameters without defining them; the example is
     * 1, {@code attack_cat} and 42 for 20 clients of a binary task, and {@code attack_cat} is the column of UNSW-NB15 that
     * says what kind of attack a row is. They are read as follows.
     *
     * <p>Each client holds {@code samplesPerClient} rows. The imbalance i from 0 to 1 is the share of them that comes
     * from its own side only, the rest is drawn as the dataset is: 0 is {@link Iid}, at 1 nobody knows the other side.
     * With a target label that is a class, clients of even number have that class for their side, those of odd number all
     * others (an attack is seen by some, and normal traffic by the rest). With none, or one that names no class, as a
     * column's name does not, client k's side is class k modulo the number of classes. Whoever's side has run out of rows
     * gets others.
     *
     * @param imbalance from 0 to 1
     * @param targetLabel a class, or null
     * @param samplesPerClient null: as many as there are for everybody
     */
    record LabelSkew(
            double imbalance,
            @Nullable String targetLabel,
            @Nullable Integer samplesPerClient) implements Partition {
        public LabelSkew {
            if (!(imbalance >= 0 && imbalance <= 1)) {
                throw new IllegalArgumentException("imbalance: " + imbalance + " (expected: 0 to 1)");
            }
            requireSamples(samplesPerClient);
        }

        @Override
        public List<int[]> split(Samples samples, int clients, long seed) {
            int wanted = wanted(samples, clients, samplesPerClient);
            Samples.Targets.Classes targets = classes(samples);
            SplitMix64 random = new SplitMix64(seed);
            Rest rest = new Rest(shuffled(samples.count(), random));
            int target = targetLabel == null ? -1 : targets.names().indexOf(targetLabel);
            int sides = target < 0 ? targets.names().size() : 2;
            int own = (int) Math.round(imbalance * wanted);
            List<List<Integer>> dealt = new ArrayList<>();
            IntStream.range(0, clients).forEach(k -> dealt.add(new ArrayList<>()));
            for (int n = 0; n < own; n++) { // in turns, so that what is rare is shared
                for (int k = 0; k < clients; k++) {
                    int side = k % sides;
                    rest.take(
                            dealt.get(k),
                            side,
                            row -> target < 0
                                    ? targets.labels()[row] == side
                                    : (targets.labels()[row] == target) == (side == 0));
                }
            }
            for (List<Integer> rows : dealt) {
                boolean more = true;
                while (more && rows.size() < wanted) {
                    more = rest.takeAny(rows);
                }
            }
            return dealt.stream()
                    .map(rows -> sorted(rows.stream().mapToInt(i -> i).toArray()))
                    .toList();
        }
    }

    /**
     * As the rows themselves say: what a device measured stays together, as it would if each device were a client (a
     * natural partition, as LEAF's; Caldas et al., 2018).
     *
     * @param groups whose each row of the samples is
     */
    record ByGroup(List<String> groups) implements Partition {
        public ByGroup {
            groups = List.copyOf(groups);
        }

        /** Everybody there is, in the order in which {@link #split} gives their rows. */
        public List<String> names() {
            return List.copyOf(new TreeSet<>(groups));
        }

        @Override
        public List<int[]> split(Samples samples, int clients, long seed) {
            if (groups.size() != samples.count()) {
                throw new IllegalArgumentException(
                        "groups: " + groups.size() + " (expected: " + samples.count() + ", one per sample)");
            }
            List<String> names = names();
            if (names.size() != clients) {
                throw new InvalidDataException("clients: " + clients + " (expected: " + names.size()
                        + ", as many as there are rows of: " + shortened(names) + ")");
            }
            return names.stream()
                    .map(name -> IntStream.range(0, groups.size())
                            .filter(row -> groups.get(row).equals(name))
                            .toArray())
                    .toList();
        }

        private static String shortened(List<String> names) {
            return names.size() <= 10
                    ? String.join(", ", names)
                    : String.join(", ", names.subList(0, 9)) + ", …, " + names.getLast();
        }
    }

    private static void requireSamples(@Nullable Integer samplesPerClient) {
        if (samplesPerClient != null && samplesPerClient < 1) {
            throw new IllegalArgumentException("samples per client: " + samplesPerClient + " (expected: >= 1)");
        }
    }

    /** Rows for each client. */
    private static int wanted(Samples samples, int clients, @Nullable Integer samplesPerClient) {
        if (clients < 1) {
            throw new IllegalArgumentException("clients: " + clients + " (expected: >= 1)");
        }
        int each = samplesPerClient == null ? Math.max(1, samples.count() / clients) : samplesPerClient;
        if ((long) each * clients > samples.count()) {
            throw new InvalidDataException("samples: " + samples.count() + " (expected: >= " + (long) each * clients
                    + ", " + each + " for each of " + clients + " clients)");
        }
        return each;
    }

    private static Samples.Targets.Classes classes(Samples samples) {
        if (samples.targets() instanceof Samples.Targets.Classes classes) {
            return classes;
        }
        throw new InvalidDataException("targets: numbers (expected: classes, which a partition by label needs)");
    }

    private static int[] rowsOf(int[] labels, int label) {
        return IntStream.range(0, labels.length)
                .filter(row -> labels[row] == label)
                .toArray();
    }

    private static int[] shuffled(int count, SplitMix64 random) {
        int[] rows = IntStream.range(0, count).toArray();
        random.shuffle(rows);
        return rows;
    }

    private static int[] sorted(int[] rows) {
        Arrays.sort(rows);
        return rows;
    }
}
