package io.mlaas.ppfl.trainer;

import io.mlaas.federated.partition.Partition;
import io.mlaas.federated.plan.DataPlan;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.plan.TopologyPlan;
import io.mlaas.federated.simulation.PlannedSettings;
import io.mlaas.federated.simulation.SimulatedClient;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.data.DataMapping;
import io.mlaas.neural.data.DatasetReader;
import io.mlaas.neural.data.GroupedSamples;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.training.Loss;
import io.mlaas.neural.training.TrainingSettings;
import io.mlaas.trainer.job.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The samples, and who has which: held out for the test, public, the clients'.
 *
 * @param mapping how raw features became the samples'
 */
@SuppressWarnings("ArrayRecordComponent") // row numbers within this package
record FederationData(
        Samples samples,
        DataMapping mapping,
        Network network,
        Loss loss,
        int[] test,
        int[] publicRows,
        List<SimulatedClient> clients) {
    private static final String DIGITS = "digits.csv";
    private static final int LONGEST_NAME = 100;

    static FederationData of(JobInput input, long seed) throws IOException {
        Plan plan = input.plan();
        NetworkDescription description = plan.model().description();
        String column = plan.topology().partition().column();
        DataMapping mapping = DataMapping.parse(mapping(input));
        mapping = column == null ? mapping : mapping.groupedBy(column);
        GroupedSamples read = read(input, mapping, task(description));
        Samples samples = read.samples();
        TensorShape wanted = description.input();
        if (mapping.shape() == null
                && wanted != null
                && wanted.elements() == samples.shape().elements()) {
            samples = samples.shaped(wanted);
        }
        Network network = description.resolve(samples.shape());
        int[] rows = IntStream.range(0, samples.count()).toArray();
        new SplitMix64(LocalTraining.seedOf(seed, "held out", 0)).shuffle(rows);
        DataPlan shares = plan.data();
        int test = share("data.test", shares.test(), rows.length);
        int open = shares.publicShare() == 0 ? 0 : share("data.public", shares.publicShare(), rows.length);
        int[] left = Arrays.copyOfRange(rows, test + open, rows.length);
        if (left.length < plan.topology().clients()) {
            throw new BadInputException("topology.clients: " + plan.topology().clients() + " (expected: at most "
                    + left.length + ", the samples that are neither held out nor public)");
        }
        Samples shared = SimulatedClient.rows(samples, left);
        List<SimulatedClient> clients = column == null
                ? dealt(shared, plan.topology(), seed)
                : SimulatedClient.of(
                        shared,
                        new Partition.ByGroup(
                                groups(read, left, column, plan.topology().clients())),
                        plan.topology().clients());
        return new FederationData(
                samples,
                mapping,
                network,
                loss(description, samples),
                Arrays.copyOf(rows, test),
                Arrays.copyOfRange(rows, test, test + open),
                clients);
    }

    private static List<SimulatedClient> dealt(Samples samples, TopologyPlan topology, long seed) {
        List<SimulatedClient> clients = SimulatedClient.of(
                samples,
                PlannedSettings.partition(topology.partition()),
                topology.clients(),
                LocalTraining.seedOf(seed, "partition", 0));
        List<String> names = topology.clientNames();
        return IntStream.range(0, clients.size())
                .mapToObj(i -> new SimulatedClient(names.get(i), clients.get(i).samples()))
                .toList();
    }

    /** Whose each of the rows is that are neither held out nor public; nobody may have lost all rows to those. */
    private static List<String> groups(GroupedSamples read, int[] rows, String column, int clients) {
        List<String> groups =
                Arrays.stream(rows).mapToObj(row -> read.groups().get(row)).toList();
        Set<String> left = new HashSet<>(groups);
        Set<String> all = new TreeSet<>(read.groups());
        if (all.size() != clients) {
            throw new BadInputException("topology.clients: " + clients + " (expected: " + all.size()
                    + ", as many as there are values in column " + column + ": "
                    + all.stream().limit(10).collect(Collectors.joining(", ", "", all.size() > 10 ? ", …)" : ")")));
        }
        for (String group : all) {
            if (group.length() > LONGEST_NAME) {
                throw new BadInputException("column " + column + ": a value of " + group.length()
                        + " characters (expected: a client's name of at most " + LONGEST_NAME + ")");
            }
            if (!left.contains(group)) {
                throw new BadInputException("column " + column + ": \"" + group
                        + "\" has only rows that are held out or public (expected: more rows, or a smaller data.test)");
            }
        }
        return groups;
    }

    private static int share(String path, double share, int rows) {
        int count = (int) Math.round(share * rows);
        if (count == 0 || count >= rows) {
            throw new BadInputException(
                    path + ": " + share + " (expected: a share that is at least one of " + rows + " samples, not all)");
        }
        return count;
    }

    Samples testSamples() {
        return SimulatedClient.rows(samples, test);
    }

    Samples publicSamples() {
        return SimulatedClient.rows(samples, publicRows);
    }

    /** All clients' samples in one place: what a federation is there to avoid, for comparison. */
    Samples pooled() {
        float[][] features = clients.stream()
                .flatMap(c -> Arrays.stream(c.samples().features()))
                .toArray(float[][]::new);
        Samples.Targets targets =
                switch (samples.targets()) {
                    case Samples.Targets.Classes(int[] labels, List<String> names) ->
                        new Samples.Targets.Classes(
                                clients.stream()
                                        .flatMapToInt(c -> Arrays.stream(((Samples.Targets.Classes)
                                                        c.samples().targets())
                                                .labels()))
                                        .toArray(),
                                names);
                    case Samples.Targets.Values(float[][] values) ->
                        new Samples.Targets.Values(clients.stream()
                                .flatMap(c -> Arrays.stream(
                                        ((Samples.Targets.Values) c.samples().targets()).values()))
                                .toArray(float[][]::new));
                };
        return new Samples(samples.shape(), features, targets);
    }

    private static @Nullable JsonNode mapping(JobInput input) {
        JsonNode told = input.mapping();
        return told == null && input.dataset() == null
                ? JsonNodeFactory.instance.objectNode().put("label", "label").put("scale", 0.0625)
                : told;
    }

    private static GroupedSamples read(JobInput input, DataMapping mapping, DatasetReader.Task task)
            throws IOException {
        Path dataset = input.dataset();
        if (dataset != null) {
            return mapping.group() == null
                    ? new GroupedSamples(DatasetReader.read(dataset, mapping, task), List.of())
                    : DatasetReader.readGrouped(dataset, mapping, task);
        }
        Path copy = Files.createTempFile("digits", ".csv");
        try (InputStream in = digits()) {
            Files.write(copy, in.readAllBytes());
            return new GroupedSamples(DatasetReader.read(copy, mapping, task), List.of());
        } finally {
            Files.delete(copy);
        }
    }

    /** The built-in dataset. */
    static InputStream digits() {
        return Objects.requireNonNull(FederationData.class.getResourceAsStream("digits/" + DIGITS));
    }

    private static DatasetReader.Task task(NetworkDescription description) {
        Layer last = description.layers().getLast().layer();
        boolean probabilities = last instanceof Layer.Activation activation
                && (activation.function() == Layer.Function.SOFTMAX
                        || activation.function() == Layer.Function.LOG_SOFTMAX);
        return probabilities ? DatasetReader.Task.CLASSIFICATION : DatasetReader.Task.BY_LABELS;
    }

    /** The description's word, else the usual one for what is predicted. */
    private static Loss loss(NetworkDescription description, Samples samples) {
        JsonNode told = description.training().get("loss");
        if (told != null) {
            JsonNode only = JsonMapper.shared().createObjectNode().set("loss", told);
            return Objects.requireNonNull(TrainingSettings.parse(only).loss());
        }
        boolean logarithms = description.layers().getLast().layer() instanceof Layer.Activation activation
                && activation.function() == Layer.Function.LOG_SOFTMAX;
        return logarithms ? Loss.NLL : LocalTraining.lossFor(samples);
    }
}
