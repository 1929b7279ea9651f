package io.mlaas.sharing.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Lists of 100,000 datasets and 100,000 models: what they give, and that indexes give it. */
class AssetListsTest extends RegistryServer {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID GLOBEX = UUID.fromString("8c1f7d52-3b0e-4c7a-9a64-2f5f1c0f9b1e");
    private static final String TOKEN = TestIdentity.acmeScientist();
    private static final int MOST_ROWS_READ = 5_000;
    private static final int ROWS = 100_000;

    private static JdbcClient database;

    @Autowired
    private AssetLists lists;

    /** Nine of ten rows are one company's, the others another's. */
    @BeforeEach
    void fill() throws Exception {
        if (database != null) {
            return;
        }
        database = jdbc;
        registerDataset(TOKEN, random(10));
        registerDataset(TestIdentity.globexScientist(), random(10));
        jdbc.sql("""
                insert into artifact (id, organization_id, sha256, md5, size_bytes, file_name, media_type, object_key)
                select md5('file ' || i)::uuid, case when i % 10 = 0 then cast(:globex as uuid) else cast(:acme as uuid) end,
                    md5('a' || i) || md5('b' || i), md5('c' || i), 1 + (i * 7919) % 1000003,
                    'bulk-file-' || i || '.csv', 'text/csv', 'files/' || i
                from generate_series(1, 100000) i
                """).param("globex", GLOBEX).param("acme", ACME).update();
        jdbc.sql("""
                insert into dataset (id, organization_id, registered_by, state, artifact_id, samples_dimension, metadata,
                    contract_address, created_at, name, version, description, tags, tag_entries)
                select md5('dataset ' || i)::uuid, a.organization_id, 'bulk',
                    case when i % 50 = 0 then 'FAILED' else 'REGISTERED' end,
                    a.id, '(1)', '{}', '0x' || i, timestamptz '2020-01-01' + i * interval '1 minute',
                    'bulk-' || (i / 10), i % 10 + 1,
                    case when i % 1000 = 7 then 'a rare giraffe' else 'quite common words' end,
                    jsonb_build_object('team', 't' || i % 3, 'serial', 's' || i % 5000),
                    array['team:t' || i % 3, 'serial:s' || i % 5000]
                from generate_series(1, 100000) i join artifact a on a.id = md5('file ' || i)::uuid
                """).update();
        jdbc.sql("""
                insert into model (id, organization_id, developer_id, registered_by, dataset_id, state, train_image,
                    train_image_sha256, train_image_md5, params, metadata, result_id, format, contract_address,
                    created_at, name, version, description, tags, tag_entries)
                select md5('model ' || i)::uuid, a.organization_id, a.organization_id, 'bulk',
                    md5('dataset ' || (1 + i % 20000))::uuid,
                    case when i % 50 = 0 then 'CANCELLED' else 'TRAINED' end, 'mlaas/trainer:1', 'x', 'y', '{}', '{}',
                    a.id, case when i % 200 = 0 then 'onnx' else 'torchscript' end, '0x' || i,
                    timestamptz '2020-01-01' + i * interval '1 minute', 'bulk-' || (i / 10), i % 10 + 1,
                    case when i % 1000 = 7 then 'a rare giraffe' else 'quite common words' end,
                    jsonb_build_object('team', 't' || i % 3, 'serial', 's' || i % 5000),
                    array['team:t' || i % 3, 'serial:s' || i % 5000]
                from generate_series(1, 100000) i join artifact a on a.id = md5('file ' || i)::uuid
                """).update();
        jdbc.sql("vacuum analyze dataset").update();
        jdbc.sql("vacuum analyze model").update();
    }

    /** The other tests of this context count what there is. */
    @AfterAll
    static void clear() {
        if (database != null) {
            // Each row is looked for in what may refer to it, so what was deleted there goes first.
            database.sql("delete from model where registered_by = 'bulk'").update();
            database.sql("vacuum full analyze model").update();
            database.sql("delete from dataset where registered_by = 'bulk'").update();
            database.sql("vacuum full analyze dataset").update();
            database.sql("delete from artifact where file_name like 'bulk-file-%'")
                    .update();
            database = null;
        }
    }

    @Test
    void everySortAndEveryUsualFilterIsReadFromAnIndex() {
        Map<String, Consumer<AssetQuery>> cases = new LinkedHashMap<>();
        for (String sort : List.of("created_at", "-created_at", "name", "-name", "size", "-size")) {
            cases.put("sort " + sort, query -> query.sort(sort));
            cases.put("sort " + sort + ", common tag", query -> query.sort(sort).tags(new String[] {"team:t1"}));
        }
        cases.put("common state", query -> query.status(good(query), DatasetOrModel.class));
        cases.put("rare state", query -> query.status(rare(query), DatasetOrModel.class));
        cases.put("rare state by size", query -> query.sort("size").status(rare(query), DatasetOrModel.class));
        cases.put("rare state by name", query -> query.sort("name").status(rare(query), DatasetOrModel.class));
        cases.put("name", query -> query.name("bulk-77"));
        cases.put("rare tag", query -> query.tags(new String[] {"serial:s77"}));
        cases.put("two tags", query -> query.tags(new String[] {"serial:s77", "team:t1"}));
        cases.put("rare word", query -> query.words("GIRAFFE"));
        cases.put("common word", query -> query.words("common"));
        cases.put("begun word of a file name", query -> query.words("file 7777"));
        cases.put("no such word", query -> query.words("zebra"));
        cases.put("digest", query -> query.sha256("0".repeat(64)));
        cases.put(
                "time",
                query -> query.created(Instant.parse("2020-02-01T00:00:00Z"), Instant.parse("2020-02-02T00:00:00Z")));
        cases.put("received", query -> query.shared("received"));
        cases.put("all", query -> query.shared("all"));
        cases.put("all by name", query -> query.shared("all").sort("name"));
        List<String> slow = new ArrayList<>();
        for (AssetKind kind : AssetKind.values()) {
            cases.forEach((name, change) -> explain(kind, name, change, slow));
        }
        explain(AssetKind.MODEL, "dataset", query -> query.dataset(UUID.randomUUID()), slow);
        explain(AssetKind.MODEL, "format", query -> query.format("onnx"), slow);
        explain(AssetKind.MODEL, "origin", query -> query.origin("trained"), slow);
        assertThat(slow).isEmpty();
    }

    /** States of both, for the cases above. */
    private enum DatasetOrModel {
        REGISTERED,
        TRAINED,
        FAILED,
        CANCELLED
    }

    private static String good(AssetQuery query) {
        return query.kind().goodState();
    }

    private static String rare(AssetQuery query) {
        return query.kind() == AssetKind.DATASET ? "FAILED" : "CANCELLED";
    }

    private void explain(AssetKind kind, String name, Consumer<AssetQuery> change, List<String> slow) {
        AssetQuery query = new AssetQuery(kind, ACME, 50);
        change.accept(query);
        AssetQuery.Statement statement = query.statement();
        JsonNode plan = JSON.readTree(jdbc.sql("explain (analyze, format json) " + statement.sql())
                        .params(statement.parameters())
                        .query(String.class)
                        .single())
                .path(0);
        Set<String> indexes = new HashSet<>();
        long read = read(plan.path("Plan"), kind, indexes, name, slow);
        System.out.printf(
                "%-8s %-32s %8.3f ms, %5d rows read, by %s%n",
                kind.word(), name, plan.path("Execution Time").asDouble(), read, indexes);
        // How rare a word is, the planner guesses: it may go through the company's rows in order, some 30 ms here.
        long most = name.contains("word") ? ROWS : MOST_ROWS_READ;
        if (read > most) {
            slow.add("%s, %s: reads %d rows (expected: at most %d)".formatted(kind, name, read, most));
        }
    }

    private static long read(JsonNode node, AssetKind kind, Set<String> indexes, String name, List<String> slow) {
        long rows = 0;
        if (node.has("Index Name")) {
            indexes.add(node.path("Index Name").asString());
        }
        if (node.path("Relation Name").asString("").equals(kind.word())) {
            if (node.path("Node Type").asString().contains("Seq Scan")) {
                slow.add("%s, %s: a sequential scan".formatted(kind, name));
            }
            rows = (long) ((node.path("Actual Rows").asDouble()
                            + node.path("Rows Removed by Filter").asDouble(0)
                            + node.path("Rows Removed by Index Recheck").asDouble(0))
                    * node.path("Actual Loops").asDouble());
        }
        for (JsonNode child : node.path("Plans")) {
            rows += read(child, kind, indexes, name, slow);
        }
        return rows;
    }

    @Test
    void pagesGiveEveryRowOnceInOrder() throws Exception {
        for (String sort : List.of("created_at", "-created_at", "name", "-name", "size", "-size")) {
            for (String kind : List.of("dataset", "model")) {
                String list = "/" + kind + "?q=giraffe&limit=40&sort=" + sort;
                List<JsonNode> items = new ArrayList<>();
                String cursor = "";
                do {
                    JsonNode page = get(list + cursor, TOKEN).expect(200).json();
                    page.path("items").forEach(items::add);
                    cursor = page.has("next_cursor")
                            ? "&cursor=" + page.path("next_cursor").asString()
                            : "";
                } while (!cursor.isEmpty());
                assertThat(items).as("%s by %s", kind, sort).hasSize(100);
                assertThat(items.stream().map(each -> each.path(kind + "_id").asString()))
                        .doesNotHaveDuplicates();
                List<? extends Comparable<?>> keys =
                        items.stream().map(each -> key(each, sort)).toList();
                @SuppressWarnings("unchecked")
                List<Comparable<Object>> sorted = new ArrayList<>((List<Comparable<Object>>) (List<?>) keys);
                sorted.sort(
                        sort.startsWith("-")
                                ? java.util.Comparator.reverseOrder()
                                : java.util.Comparator.naturalOrder());
                assertThat((List<?>) keys).as("%s by %s", kind, sort).isEqualTo(sorted);
            }
        }
    }

    private static Comparable<?> key(JsonNode item, String sort) {
        return switch (sort.replace("-", "")) {
            case "created_at" -> Instant.parse(item.path("created_at").asString());
            case "name" -> item.path("name").asString();
            default -> item.path("size_bytes").asLong();
        };
    }

    @Test
    void filtersNarrowTogether() throws Exception {
        JsonNode page = get("/dataset?tag=team:t1&tag=serial:s77&status=registered&q=bulk&limit=200", TOKEN)
                .expect(200)
                .json();
        assertThat(page.path("items").size()).isPositive().isLessThan(20);
        page.path("items").forEach(item -> {
            assertThat(item.path("tags").path("team").asString()).isEqualTo("t1");
            assertThat(item.path("tags").path("serial").asString()).isEqualTo("s77");
        });
        assertThat(get("/model?format=onnx&origin=trained&name=bulk-20", TOKEN)
                        .expect(200)
                        .json()
                        .path("items")
                        .size())
                .isZero();
        assertThat(lists.datasets(new AssetQuery(AssetKind.DATASET, GLOBEX, 50).name("bulk-77"))
                        .items())
                .hasSize(1);
    }

    @Test
    void saysWhatIsWrongWithAQuery() throws Exception {
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("sort=color", "sort: color");
        bad.put("limit=0", "limit: 0");
        bad.put("limit=201", "limit: 201");
        bad.put("tag=alone", "tag: alone");
        bad.put("status=GONE", "status: GONE");
        bad.put("shared=none", "shared: none");
        bad.put("sha256=xyz", "sha256: xyz");
        bad.put("name=Big", "name: Big");
        bad.put("q=" + URLEncoder.encode("?!", StandardCharsets.UTF_8), "q: ?!");
        for (String kind : List.of("dataset", "model")) {
            for (Map.Entry<String, String> each : bad.entrySet()) {
                Answer answer = get("/" + kind + "?" + each.getKey(), TOKEN).expect(422);
                assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
                assertThat(answer.detail()).startsWith(each.getValue()).contains("expected");
            }
            assertThat(get("/" + kind + "?cursor=junk", TOKEN).expect(400).detail())
                    .startsWith("cursor: ");
            assertThat(get("/" + kind + "?created_after=yesterday", TOKEN)
                            .expect(400)
                            .detail())
                    .startsWith("created_after: yesterday");
            assertThat(get("/" + kind + "?created_before=0", TOKEN).expect(400).detail())
                    .startsWith("created_before: 0");
            String cursor = get("/" + kind + "?limit=1", TOKEN)
                    .expect(200)
                    .json()
                    .path("next_cursor")
                    .asString();
            assertThat(get("/" + kind + "?sort=size&cursor=" + cursor, TOKEN)
                            .expect(422)
                            .detail())
                    .startsWith("cursor: of another list");
            get("/" + kind + "?limit=2&cursor=" + cursor, TOKEN).expect(200);
        }
        assertThat(get("/model?origin=stolen", TOKEN).expect(422).detail()).startsWith("origin: stolen");
    }
}
