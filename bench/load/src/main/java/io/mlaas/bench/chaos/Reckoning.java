package io.mlaas.bench.chaos;

import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.messages.Item;
import io.mlaas.bench.RunningStack;
import io.mlaas.bench.chaos.Operation.Kind;
import io.mlaas.bench.chaos.Operation.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is there after everything has settled, against what users were told: every accepted asset with the right bytes,
 * anchored once; nothing that was refused; no contract, object or result that belongs to nothing; no job registered twice.
 */
final class Reckoning {
    /** Without anything coming to its end. */
    private static final Duration MAY_SETTLE = Duration.ofMinutes(10);

    private static final Set<String> ENDS = Set.of("TRAINED", "FAILED", "CANCELLED", "QUARANTINED", "DELETED");
    private static final int SHOWN = 5;

    private record Asset(UUID id, String kind, String state, String key, UUID source) {
        boolean anchored() {
            return state.equals("REGISTERED") || state.equals("TRAINED");
        }

        /** For a dataset registered, for a model trained. */
        boolean good() {
            return state.equals(kind.equals("DATASET") ? "REGISTERED" : "TRAINED");
        }

        boolean settled() {
            return good() || ENDS.contains(state);
        }
    }

    private final RunningStack stack;
    private final Workload workload;
    private final PrintStream out;
    private int broken;

    Reckoning(RunningStack stack, Workload workload, PrintStream out) {
        this.stack = stack;
        this.workload = workload;
        this.out = out;
    }

    /** @return how many promises were found broken */
    int print() throws Exception {
        List<Asset> assets = settled();
        Map<String, Integer> states = new TreeMap<>();
        assets.forEach(asset -> states.merge(asset.kind() + " " + asset.state(), 1, Integer::sum));
        List<Operation> operations = workload.operations();
        Map<String, Integer> outcomes = new TreeMap<>();
        operations.forEach(operation -> outcomes.merge(operation.kind() + " " + operation.outcome(), 1, Integer::sum));
        out.println("sent       " + outcomes);
        out.println("registry   " + states);
        compare(operations, assets);
        chain(assets);
        bytes(operations, assets);
        jobs(assets);
        objects();
        events();
        out.println(broken == 0 ? "kept       every promise" : "BROKEN     " + broken + " promises");
        return broken;
    }

    private void count(String promise, List<?> breaches) {
        broken += breaches.size();
        out.printf("%-70s %s%n", promise, breaches.isEmpty() ? "0" : breaches.size() + "  BROKEN");
        breaches.stream().limit(SHOWN).forEach(breach -> out.println("    " + breach));
    }

    private List<Asset> settled() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + MAY_SETTLE.toNanos();
        int waited = Integer.MAX_VALUE;
        while (true) {
            List<Asset> assets = assets();
            List<Asset> waiting =
                    assets.stream().filter(asset -> !asset.settled()).toList();
            if (waiting.size() < waited) {
                waited = waiting.size();
                deadline = System.nanoTime() + MAY_SETTLE.toNanos();
            }
            if (waiting.isEmpty() || System.nanoTime() > deadline) {
                count("assets that did not come to an end", waiting);
                return assets;
            }
            Thread.sleep(Duration.ofSeconds(1));
        }
    }

    private List<Asset> assets() throws SQLException {
        String query = """
                select id, 'DATASET', state, coalesce(metadata->>'operation', ''), null from dataset
                union all
                select id, case when source_model_id is null then 'MODEL' else 'TRANSLATION' end, state,
                    coalesce(metadata->>'operation', ''), source_model_id from model
                """;
        List<Asset> assets = new ArrayList<>();
        try (Connection database = stack.database("sharing");
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                assets.add(new Asset(
                        rows.getObject(1, UUID.class),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getObject(5) == null ? new UUID(0, 0) : rows.getObject(5, UUID.class)));
            }
        }
        return assets;
    }

    private void compare(List<Operation> operations, List<Asset> assets) {
        Map<UUID, Asset> byId = assets.stream().collect(Collectors.toMap(Asset::id, Function.identity()));
        Map<String, Operation> byKey = operations.stream()
                .filter(operation -> !operation.key().isEmpty())
                .collect(Collectors.toMap(Operation::key, Function.identity()));
        List<Operation> lost = new ArrayList<>();
        for (Operation operation : operations) {
            if (operation.outcome() == Outcome.ACCEPTED) {
                Asset asset = byId.get(operation.asset());
                if (asset == null || !asset.good()) {
                    lost.add(operation);
                }
            }
        }
        count("accepted, but not there or not good in the end", lost);
        List<Asset> uninvited = new ArrayList<>();
        List<Asset> twice = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Asset asset : assets) {
            if (asset.kind().equals("TRANSLATION")) {
                continue;
            }
            Operation operation = byKey.get(asset.key());
            boolean accepted = operation != null && operation.outcome() == Outcome.ACCEPTED;
            if (operation == null
                    || operation.outcome() == Outcome.REFUSED
                    || (accepted && !asset.id().equals(operation.asset()))) {
                uninvited.add(asset);
            }
            if (!seen.add(asset.key())) {
                twice.add(asset);
            }
        }
        count("there, but refused or never asked for", uninvited);
        count("asked for once, but there twice", twice);
        Set<UUID> sources = new HashSet<>();
        count(
                "translated twice",
                assets.stream()
                        .filter(asset ->
                                asset.kind().equals("TRANSLATION") && asset.anchored() && !sources.add(asset.source()))
                        .toList());
    }

    private void chain(List<Asset> assets) throws IOException, InterruptedException {
        ChainEvents events = ChainEvents.read(URI.create(stack.chain().rpcUrl()));
        count(
                "good in the registry, but not on the chain exactly once",
                assets.stream()
                        .filter(asset ->
                                asset.anchored() && events.registrations().getOrDefault(asset.id(), 0) != 1)
                        .map(asset -> asset + " on the chain: "
                                + events.registrations().getOrDefault(asset.id(), 0))
                        .toList());
        Set<UUID> known = assets.stream().map(Asset::id).collect(Collectors.toSet());
        count(
                "on the chain, but unknown to the registry",
                events.registrations().keySet().stream()
                        .filter(id -> !known.contains(id))
                        .toList());
        count(
                "trained, but its result not on the chain exactly once",
                assets.stream()
                        .filter(asset -> asset.state().equals("TRAINED")
                                && events.results().getOrDefault(asset.id(), 0) != 1)
                        .toList());
    }

    private void bytes(List<Operation> operations, List<Asset> assets) throws InterruptedException {
        Map<UUID, Asset> byId = assets.stream().collect(Collectors.toMap(Asset::id, Function.identity()));
        Set<UUID> done = new HashSet<>();
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (Operation operation : operations) {
            UUID id = operation.asset();
            if (id == null || !byId.containsKey(id) || !byId.get(id).anchored() || !done.add(id)) {
                continue;
            }
            try {
                String digest = Workload.sha256(workload.download(operation));
                if (operation.kind() == Kind.DATASET && !digest.equals(operation.sha256())) {
                    wrong.add(operation + " downloaded: " + digest);
                }
                compared++;
            } catch (IOException e) {
                wrong.add(e.getMessage());
            }
        }
        count("downloads that were refused or had other bytes (of " + compared + ")", wrong);
    }

    private void jobs(List<Asset> assets) throws SQLException {
        Map<UUID, Integer> succeeded = new HashMap<>();
        int jobs = 0;
        int starts = 0;
        try (Connection database = stack.database("training");
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("select model_id, state, runs from training_job")) {
            while (rows.next()) {
                jobs++;
                starts += rows.getInt(3);
                if (rows.getString(2).equals("SUCCEEDED")) {
                    succeeded.merge(rows.getObject(1, UUID.class), 1, Integer::sum);
                }
            }
        }
        out.printf("jobs       %d, programs started %d%n", jobs, starts);
        count(
                "trained models whose jobs did not succeed exactly once",
                assets.stream()
                        .filter(asset -> asset.kind().equals("MODEL")
                                && asset.state().equals("TRAINED")
                                && succeeded.getOrDefault(asset.id(), 0) != 1)
                        .toList());
    }

    /** Objects that no row refers to; the rest of an interrupted upload waits for the sweeper and is counted apart. */
    private void objects() throws Exception {
        MinioClient store = stack.objectStore();
        List<String> orphans = new ArrayList<>();
        int waiting = 0;
        int referenced = 0;
        try (Connection database = stack.database("sharing")) {
            Map<String, Set<String>> rows = keys(database, """
                    select bucket, object_key from artifact join organization on organization.id = organization_id
                    """);
            Map<String, Set<String>> kept = keys(database, """
                    select bucket, object_key from promoted_object
                    join organization on organization.id = organization_id
                    """);
            for (Map.Entry<String, Set<String>> bucket : rows.entrySet()) {
                Set<String> found = new HashSet<>();
                for (Result<Item> result : store.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket.getKey())
                        .recursive(true)
                        .build())) {
                    String key = result.get().objectName();
                    found.add(key);
                    if (bucket.getValue().contains(key)) {
                        referenced++;
                    } else if (key.startsWith("uploads/")
                            || kept.getOrDefault(bucket.getKey(), Set.of()).contains(key)) {
                        waiting++;
                    } else {
                        orphans.add(bucket.getKey() + "/" + key);
                    }
                }
                count(
                        "rows of " + bucket.getKey() + " without their object",
                        bucket.getValue().stream()
                                .filter(key -> !found.contains(key))
                                .toList());
            }
        }
        out.printf("objects    %d referred to, %d left by interrupted uploads for the sweeper%n", referenced, waiting);
        count("objects that nothing refers to and no sweeper knows", orphans);
    }

    private static Map<String, Set<String>> keys(Connection database, String query) throws SQLException {
        Map<String, Set<String>> keys = new HashMap<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                keys.computeIfAbsent(rows.getString(1), bucket -> new HashSet<>())
                        .add(rows.getString(2));
            }
        }
        return keys;
    }

    private void events() throws SQLException {
        List<String> unsent = new ArrayList<>();
        for (String schema : List.of("sharing", "training")) {
            try (Connection database = stack.database(schema);
                    Statement statement = database.createStatement();
                    ResultSet rows =
                            statement.executeQuery("select id, topic from outbox_event where published_at is null")) {
                while (rows.next()) {
                    unsent.add(schema + " " + rows.getString(2) + " " + rows.getString(1));
                }
            }
        }
        count("events that were not published", unsent);
    }
}
