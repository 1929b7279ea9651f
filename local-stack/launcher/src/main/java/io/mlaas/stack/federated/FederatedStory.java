package io.mlaas.stack.federated;

import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.stack.demo.Digits;
import io.mlaas.stack.demo.MainJob.NotProved;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Scenario;
import io.mlaas.stack.demo.Story;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ten owners of digits learn one model: each in a process of its own, over mutually authenticated TLS, with secure aggregation
 * and differential privacy. What it costs in accuracy is measured.
 *
 * @param demo the folder with {@code digits.csv}, {@code network.json} and {@code federation.json}
 * @param jar the data owners' program
 * @param engine where the PyTorch engine is unpacked
 * @param work a folder for shards, kits and downloads
 */
public record FederatedStory(
        PlatformClient platform, Story story, Path demo, Path jar, Path engine, Path work, Size size) {
    public static final int STEPS = 7;

    /** Steps of {@link #compare}. */
    public static final int COMPARISONS = 2;

    private static final Duration MAY_TAKE = Duration.ofMinutes(10);
    private static final long PIXELS = (long) Digits.SIDE * Digits.SIDE;
    private static final double SCALE = 1 / 16.0;
    private static final Duration POLL = Duration.ofMillis(300);
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * How large it is.
     *
     * @param quorum how many owners a round needs; also how many must work together to unmask
     * @param tests pictures that nobody trains on
     * @param seed of how the digits are dealt
     */
    public record Size(int owners, int quorum, int rounds, int tests, long seed) {}

    /**
     * What came of it.
     *
     * @param page where to watch, with the key in its fragment
     * @param accuracy share of right answers on the pictures that nobody had
     * @param test those pictures
     */
    public record Outcome(
            UUID federation, UUID model, String page, double accuracy, double epsilon, Shards shards, Path test) {}

    private record Begun(UUID federation, String page) {}

    public Outcome run() throws Exception {
        Files.createDirectories(work);
        Shards shards = story.step(
                "Deal the digits to %d owners who are not alike".formatted(size.owners()),
                "each picture is with one owner, or with nobody",
                this::deal);
        Begun begun = story.step(
                "Ask for a federation: secure aggregation, differential privacy",
                "the platform says what it will cost in privacy before it begins",
                this::begin);
        List<DataOwner> owners = story.step(
                "Invite the owners: a kit for each, good for one enrolment",
                "%d processes of their own, each with its data and a key that it made itself".formatted(size.owners()),
                () -> invite(begun, shards));
        JsonNode learned;
        try {
            learned = story.step(
                    "Learn together; one owner's power fails in the middle",
                    "all rounds ran, and the owner came back by itself",
                    () -> learn(begun, owners));
        } finally {
            owners.forEach(DataOwner::close);
        }
        JsonNode report = story.step(
                "Look at what the server saw",
                "of each owner nothing but a masked vector; only their sum says something",
                () -> seen(begun));
        Path test = shards.writeTest(work.resolve("test.csv"));
        UUID model = UUID.fromString(learned.path("model_id").asString());
        double federated = story.step(
                "Download the model, checked against the chain",
                "it reads pictures that no owner had",
                () -> accuracy(model, test, "federated", PIXELS));
        double epsilon = report.at("/privacy/epsilon").asDouble();
        return new Outcome(begun.federation(), model, begun.page(), federated, epsilon, shards, test);
    }

    /**
     * What it costs that nobody handed over data, and what privacy costs, each measured: the same owners and rounds without
     * noise, simulated in one process, and training on all the data in one place.
     */
    public void compare(UUID organization, UUID developer, Outcome outcome) throws Exception {
        double noiseless = story.step(
                "The same owners and rounds without noise, for comparison: a simulation",
                "what the noise costs is said, not guessed",
                () -> withoutNoise(organization, outcome));
        story.step(
                "Train centrally, for comparison, as if the owners had handed over everything",
                "what privacy costs here is said, not guessed",
                () -> {
                    double central = central(organization, developer, outcome.shards(), outcome.test());
                    story.show(String.format(
                            Locale.ROOT,
                            "central %.1f %% · federated %.1f %% · federated and private %.1f %% at ε = %.2f",
                            100 * central,
                            100 * noiseless,
                            100 * outcome.accuracy(),
                            outcome.epsilon()));
                    story.show("with ten owners the noise that hides each of them whole weighs much; with more, less");
                    return central;
                });
    }

    private Shards deal() throws IOException {
        Shards shards = Shards.deal(demo.resolve("digits.csv"), size.owners(), size.tests(), size.seed());
        story.show("          digit   0   1   2   3   4   5   6   7   8   9");
        for (int owner = 0; owner < size.owners(); owner++) {
            StringBuilder line = new StringBuilder("%-13s".formatted(Shards.name(owner)));
            Arrays.stream(shards.digits(owner)).forEach(count -> line.append("%4d".formatted(count)));
            story.show(line.toString());
        }
        return shards;
    }

    private Begun begin() throws IOException, InterruptedException {
        JsonNode plan = plan();
        ((ObjectNode) plan.at("/privacy/secure_aggregation")).put("threshold", size.quorum());
        JsonNode answer = platform.post("/federations", plan).expect(201).body();
        UUID federation = UUID.fromString(answer.path("id").asString());
        JsonNode watcher = platform.post(
                        "/federations/" + federation + "/watchers",
                        JSON.createObjectNode().put("name", "demo"))
                .expect(201)
                .body();
        String page = watcher.path("url").asString();
        story.show("federation  " + federation);
        story.show(String.format(
                Locale.ROOT,
                "privacy     ε = %.2f at δ = %.0e (accountant: %s)",
                answer.at("/privacy/epsilon").asDouble(),
                answer.at("/privacy/delta").asDouble(),
                answer.at("/privacy/accountant").asString()));
        story.show("watch it    " + page);
        return new Begun(federation, page);
    }

    private JsonNode plan() throws IOException {
        JsonNode plan = JSON.readTree(Files.readString(demo.resolve("federation.json")));
        ((ObjectNode) plan.path("topology"))
                .put("clients", size.owners())
                .put("quorum", size.quorum())
                .put("rounds", size.rounds());
        return plan;
    }

    private List<DataOwner> invite(Begun begun, Shards shards) throws IOException, InterruptedException {
        List<Path> data = shards.write(work.resolve("owners"));
        List<DataOwner> owners = new ArrayList<>();
        try {
            for (int owner = 0; owner < size.owners(); owner++) {
                JsonNode kit = platform.post(
                                "/federations/" + begun.federation() + "/participants",
                                JSON.createObjectNode().put("name", Shards.name(owner)))
                        .expect(201)
                        .body();
                Path folder = Files.createDirectories(work.resolve("owners").resolve(begun.federation() + "-" + owner));
                Path file = folder.resolve("kit.json");
                Files.deleteIfExists(file);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, JSON.writeValueAsString(kit));
                owners.add(DataOwner.start(Shards.name(owner), jar, engine, folder, data.get(owner)));
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            owners.forEach(DataOwner::close);
            throw e;
        }
        return owners;
    }

    private JsonNode learn(Begun begun, List<DataOwner> owners) throws IOException, InterruptedException {
        int failing = owners.size() / 2;
        int told = 0;
        boolean failed = false;
        long deadline = System.nanoTime() + MAY_TAKE.toNanos();
        while (true) {
            JsonNode federation = platform.get("/federations/" + begun.federation())
                    .expect(200)
                    .body();
            for (JsonNode round : federation.path("rounds")) {
                if (round.path("round").asInt() > told) {
                    told = round.path("round").asInt();
                    story.show(line(round));
                }
            }
            if (told >= 2 && !failed) {
                owners.get(failing).dieAndComeBack();
                story.show(owners.get(failing).name() + " was killed, and started again");
                failed = true;
            }
            if (isOver(federation)) {
                return federation;
            }
            requireInTime(
                    () -> System.nanoTime() < deadline,
                    owners,
                    federation.path("state").asString());
            Thread.sleep(POLL);
        }
    }

    private static void requireInTime(BooleanSupplier time, List<DataOwner> owners, String state) throws IOException {
        if (!time.getAsBoolean()) {
            throw new NotProved("the federation is still %s; %s said last: %s"
                    .formatted(
                            state, owners.getFirst().name(), owners.getFirst().lastWords()));
        }
    }

    private static String line(JsonNode round) {
        return String.format(
                Locale.ROOT,
                "round %2d   %d of %d owners   ε %.2f   %,d bytes up   %.1f s",
                round.path("round").asInt(),
                round.path("clients_up").asInt(),
                round.path("clients_total").asInt(),
                round.path("epsilon").asDouble(),
                round.path("bytes_up").asLong(),
                round.path("seconds").asDouble());
    }

    private JsonNode seen(Begun begun) throws IOException, InterruptedException {
        JsonNode report = platform.get("/federations/" + begun.federation() + "/report")
                .expect(200)
                .body();
        JsonNode seen = report.path("server_saw");
        if (seen.isEmpty()) {
            throw new NotProved("report: server_saw is empty (expected: a vector of each owner of the last round)");
        }
        for (JsonNode vector : seen) {
            if (!vector.path("kind").asString().equals("MASKED")) {
                throw new NotProved("what the server saw of %s: %s (expected: MASKED)"
                        .formatted(
                                vector.path("client").asString(),
                                vector.path("kind").asString()));
            }
            story.show("%s   %s   %,d bytes   %s …"
                    .formatted(
                            vector.path("client").asString(),
                            vector.path("kind").asString().toLowerCase(Locale.ROOT),
                            vector.path("bytes").asLong(),
                            vector.path("beginning").asString()));
        }
        return report;
    }

    /** @param picture the shape of one, as the model takes it */
    private double accuracy(UUID model, Path test, String name, long... picture) throws Exception {
        Path file = new Scenario(platform, demo).downloadModel(model, work.resolve(name + ".pt"));
        Digits digits = Digits.read(test, SCALE);
        int[] rows = IntStream.range(0, digits.labels().length).toArray();
        long[] shape = LongStream.concat(LongStream.of(rows.length), LongStream.of(picture))
                .toArray();
        try (TorchScriptRunner runner = TorchScriptRunner.load(file)) {
            int[] read = Digits.mostLikely(runner.run(digits.batch(rows), shape));
            double right = IntStream.of(rows)
                            .filter(row -> read[row] == digits.labels()[row])
                            .count()
                    / (double) rows.length;
            story.show(String.format(Locale.ROOT, "%.1f %% of %d pictures", 100 * right, rows.length));
            return right;
        }
    }

    private double central(UUID organization, UUID developer, Shards shards, Path test) throws Exception {
        Scenario scenario = new Scenario(platform, demo);
        Path all = shards.writeTogether(work.resolve("together.csv"));
        UUID dataset = scenario.registerDataset(
                organization,
                all,
                "(1,8,8)",
                shards.owners().stream().mapToInt(List::size).sum());
        UUID model = scenario.registerModel(organization, developer, dataset);
        scenario.awaitTraining(model, job -> {});
        return accuracy(model, test, "central", 1, Digits.SIDE, Digits.SIDE);
    }

    private double withoutNoise(UUID organization, Outcome outcome) throws Exception {
        Scenario scenario = new Scenario(platform, demo);
        Shards shards = outcome.shards();
        JsonNode mapping = JSON.createObjectNode().put("label", "label").put("scale", SCALE);
        UUID dataset = scenario.registerDataset(
                organization,
                shards.writeWithOwners(work.resolve("owned.csv")),
                "(64,)",
                shards.owners().stream().mapToInt(List::size).sum(),
                mapping);
        ObjectNode plan = (ObjectNode) plan();
        plan.put("name", "digits-without-noise").remove("privacy");
        ObjectNode topology = (ObjectNode) plan.path("topology");
        topology.put("mode", "simulation").remove("round_timeout_seconds");
        topology.putObject("partition").put("kind", "column").put("column", "owner");
        ((ObjectNode) plan.path("data")).put("dataset_id", dataset.toString());
        JsonNode asked = platform.post("/federations", plan).expect(201).body();
        JsonNode ended = ended(UUID.fromString(asked.path("id").asString()));
        return accuracy(UUID.fromString(ended.path("model_id").asString()), outcome.test(), "noiseless", PIXELS);
    }

    private JsonNode ended(UUID simulation) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAY_TAKE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode federation =
                    platform.get("/federations/" + simulation).expect(200).body();
            if (isOver(federation)) {
                return federation;
            }
            Thread.sleep(POLL);
        }
        throw new NotProved(simulation + ": not over after " + MAY_TAKE + " (expected: SUCCEEDED)");
    }

    /** Whether it succeeded; one that ended in another way is an error. */
    private static boolean isOver(JsonNode federation) {
        String state = federation.path("state").asString();
        if (state.equals("FAILED") || state.equals("CANCELLED")) {
            throw new NotProved("%s: %s (expected: SUCCEEDED): %s"
                    .formatted(
                            federation.path("id").asString(),
                            state,
                            federation.path("reason").asString("no reason given")));
        }
        return state.equals("SUCCEEDED");
    }
}
