package io.mlaas.blockchain.anchor;

import io.mlaas.api.blockchain.AnchorRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The digests that were given, and the batches they are in. */
@Repository
class AnchorRepository {
    private final JdbcClient jdbc;

    AnchorRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A digest to be anchored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Leaf(long id, byte[] digest) {}

    /** A batch whose composition is settled. */
    record FrozenBatch(long id, String root, int size) {}

    /**
     * Where a digest is.
     *
     * @param batchId absent while it waits for a batch, as are {@code logIndex} and {@code root}
     * @param anchored whether the batch was seen on the chain, deep enough
     */
    record Place(
            @Nullable Long batchId,
            @Nullable Integer logIndex,
            @Nullable String root,
            boolean anchored) {}

    /** How many digests wait for a batch, up to a number, and for how long the oldest. */
    record Waiting(int leaves, double oldestSeconds) {
        boolean isDue(int most, Duration age) {
            return leaves >= most || (leaves > 0 && oldestSeconds * 1000 >= age.toMillis());
        }
    }

    /**
     * Writes digests down; what its organization gave before stays as it is.
     *
     * @return how many were new
     */
    int add(List<AnchorRequest.Item> items) {
        // In one order, so that requests with the same digests do not wait for one another in a circle.
        return jdbc.sql("""
                insert into anchor_leaf (organization_id, kind, asset_id, digest)
                select organization_id, kind, asset_id, decode(digest, 'hex')
                from unnest(cast(:organizations as uuid[]), cast(:kinds as text[]), cast(:assets as uuid[]),
                    cast(:digests as text[])) as given (organization_id, kind, asset_id, digest)
                order by organization_id, digest
                on conflict on constraint anchor_leaf_once do nothing
                """)
                .param("organizations", array(items, AnchorRequest.Item::organizationId))
                .param("kinds", array(items, AnchorRequest.Item::kind))
                .param("assets", array(items, AnchorRequest.Item::assetId))
                .param("digests", array(items, AnchorRequest.Item::digest))
                .update();
    }

    /** As PostgreSQL writes an array: of ids, names and hexadecimal digits, which need no quotes. */
    private static <T> String array(List<T> items, Function<T, Object> value) {
        return items.stream().map(item -> value.apply(item).toString()).collect(Collectors.joining(",", "{", "}"));
    }

    Optional<Place> find(UUID organizationId, String digest) {
        return jdbc.sql("""
                select batch_id, log_index, root, anchored_at is not null as anchored
                from anchor_leaf left join anchor_batch on anchor_batch.id = batch_id
                where organization_id = :organizationId and digest = decode(:digest, 'hex')
                """)
                .param("organizationId", organizationId)
                .param("digest", digest)
                .query(Place.class)
                .optional();
    }

    Waiting waiting(int most) {
        return jdbc.sql("""
                select count(*)::integer as leaves,
                    coalesce(extract(epoch from now() - min(given_at)), 0)::float8 as oldest_seconds
                from (select given_at from anchor_leaf where batch_id is null order by id limit :most) as waiting
                """).param("most", most).query(Waiting.class).single();
    }

    /** Digests that wait for a batch, the first given first; until the transaction ends, nobody else takes them. */
    List<Leaf> lockWaiting(int most) {
        return jdbc.sql("""
                select id, digest from anchor_leaf where batch_id is null order by id limit :most for update
                """).param("most", most).query(Leaf.class).list();
    }

    /** Settles what a batch consists of. */
    void freeze(String root, List<Leaf> leaves) {
        long batchId = jdbc.sql("insert into anchor_batch (root, size) values (:root, :size) returning id")
                .param("root", root)
                .param("size", leaves.size())
                .query(Long.class)
                .single();
        jdbc.sql("""
                update anchor_leaf set batch_id = :batchId, log_index = place - 1
                from unnest(cast(:ids as bigint[])) with ordinality as given (leaf_id, place)
                where id = leaf_id
                """)
                .param("batchId", batchId)
                .param("ids", array(leaves, Leaf::id))
                .update();
    }

    /** Batches that are not seen on the chain yet, in the order they were settled. */
    List<FrozenBatch> notAnchored() {
        return jdbc.sql("select id, root, size from anchor_batch where anchored_at is null order by id")
                .query(FrozenBatch.class)
                .list();
    }

    void anchored(FrozenBatch batch) {
        jdbc.sql("update anchor_batch set anchored_at = now() where id = :id and anchored_at is null")
                .param("id", batch.id())
                .update();
    }

    /** The digests of a batch in their order. */
    List<byte[]> digestsOf(long batchId) {
        return jdbc.sql("select digest from anchor_leaf where batch_id = :batchId order by log_index")
                .param("batchId", batchId)
                .query((row, number) -> row.getBytes(1))
                .list();
    }

    /** Digests that are not on the chain yet, and the age of the oldest of them. */
    record Backlog(long leaves, double oldestSeconds) {}

    Backlog backlog() {
        return jdbc.sql("""
                select count(*) as leaves,
                    coalesce(extract(epoch from now() - min(given_at)), 0)::float8 as oldest_seconds
                from anchor_leaf
                where batch_id is null or batch_id in (select id from anchor_batch where anchored_at is null)
                """).query(Backlog.class).single();
    }
}
