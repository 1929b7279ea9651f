package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Somebody changes what is stored, on the object store's own disk and in the database itself. The file is never delivered
 * as a good one, and goes into quarantine.
 */
class TamperingApiTest extends RegistryServer {
    @Autowired
    private MeterRegistry meters;

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "victim", company, "DATA_SCIENTIST");

    /** What is tampered with: small files are verified before they are sent, large ones while they are. */
    enum Target {
        SMALL_DATASET("dataset", 50_000),
        LARGE_DATASET("dataset", 3_000_000),
        SMALL_MODEL("model", 50_000),
        LARGE_MODEL("model", 3_000_000);

        private final String kind;
        private final int size;

        Target(String kind, int size) {
            this.kind = kind;
            this.size = size;
        }
    }

    /** A registered asset that is good. */
    private record Asset(String kind, UUID id, byte[] content, double failuresBefore) {
        String path() {
            return "/" + kind + "/" + id;
        }

        String column() {
            return kind.equals("dataset") ? "artifact_id" : "result_id";
        }
    }

    private Asset good(Target target) throws Exception {
        return good(target.kind, random(target.size));
    }

    private Asset good(String kind, byte[] content) throws Exception {
        UUID id = kind.equals("dataset") ? registerDataset(user, content) : trainedModel(user, content);
        await().untilAsserted(() ->
                assertThat(get("/%s/%s".formatted(kind, id), user).body()).isEqualTo(content));
        return new Asset(kind, id, content, failures(kind));
    }

    private double failures(String kind) {
        return meters.counter("mlaas.integrity.failures", "kind", kind).count();
    }

    private Path object(Asset asset) {
        return stored(company, asset.content());
    }

    private void edit(Asset asset, String column, Object value) {
        jdbc.sql("update artifact set %s = :value where id = (select %s from %s where id = :id)"
                        .formatted(column, asset.column(), asset.kind()))
                .param("value", value)
                .param("id", asset.id())
                .update();
    }

    private void neverDelivered(Asset asset) throws Exception {
        try {
            Answer answer = get(asset.path(), user);
            if (answer.status() == 200) {
                fail("%d bytes were delivered as good", answer.body().length);
            }
            assertThat(answer.expect(409).code()).isEqualTo("ASSET_QUARANTINED");
        } catch (IOException e) {
            // A large file ends before its announced length: every client sees that.
            assertThat(e).isNotNull();
        }
        await().untilAsserted(() ->
                assertThat(get(asset.path(), user).expect(409).code()).isEqualTo("ASSET_QUARANTINED"));
        assertThat(get(asset.path() + "/status", user).json().path("status").asString())
                .isEqualTo("QUARANTINED");
        assertThat(events(asset.id(), RegistryEvents.ASSET_QUARANTINED)).hasSize(1);
        assertThat(inOneTransaction(asset)).isTrue();
        assertThat(failures(asset.kind())).isGreaterThan(asset.failuresBefore());
    }

    /** now() is the time at which a transaction began. */
    private boolean inOneTransaction(Asset asset) {
        return jdbc.sql("""
                select a.quarantined_at = e.created_at from %s a join outbox_event e on e.key = a.id::text
                where a.id = :id and e.payload like '%%io.mlaas.asset.quarantined%%'
                """.formatted(asset.kind()))
                .param("id", asset.id())
                .query(Boolean.class)
                .single();
    }

    @ParameterizedTest
    @EnumSource
    void oneByteIsFlipped(Target target) throws Exception {
        Asset asset = good(target);
        flipOneByte(object(asset));
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theObjectIsReplacedByAnotherCompanys(Target target) throws Exception {
        Asset asset = good(target);
        UUID other = UUID.randomUUID();
        byte[] theirs = random(target.size);
        registerDataset(TestIdentity.user(UUID.randomUUID(), "other", other, "DATA_SCIENTIST"), theirs);
        Files.write(object(asset), Files.readAllBytes(stored(other, theirs)));
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theObjectIsDeleted(Target target) throws Exception {
        Asset asset = good(target);
        Files.delete(object(asset));
        neverDelivered(asset);
        assertThat(events(asset.id(), RegistryEvents.ASSET_QUARANTINED)
                        .getFirst()
                        .path("found")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theObjectIsTruncated(Target target) throws Exception {
        Asset asset = good(target);
        Files.write(object(asset), Arrays.copyOf(asset.content(), target.size - 1));
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theObjectGrows(Target target) throws Exception {
        Asset asset = good(target);
        Files.write(object(asset), Arrays.copyOf(asset.content(), target.size + 1));
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theDatabasesDigestIsEdited(Target target) throws Exception {
        Asset asset = good(target);
        edit(asset, "sha256", sha256(random(9)));
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theDatabasesSizeIsEdited(Target target) throws Exception {
        Asset shorter = good(target);
        edit(shorter, "size_bytes", target.size / 3L);
        neverDelivered(shorter);
        Asset longer = good(target);
        edit(longer, "size_bytes", target.size + 5L);
        neverDelivered(longer);
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseAndTheObjectAreEditedTogether(Target target) throws Exception {
        Asset asset = good(target);
        byte[] evil = random(target.size);
        edit(asset, "sha256", sha256(evil));
        Files.write(stored(company, evil), evil);
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void theRegistryPointsToTheContractOfAnotherAsset(Target target) throws Exception {
        Asset asset = good(target);
        Asset twin = good(target.kind, asset.content());
        jdbc.sql(
                        "update TABLE set contract_address = (select contract_address from TABLE where id = :twin) where id = :id"
                                .replace("TABLE", asset.kind()))
                .param("twin", twin.id())
                .param("id", asset.id())
                .update();
        neverDelivered(asset);
        assertThat(get(twin.path(), user).expect(200).body()).isEqualTo(asset.content());
    }

    @ParameterizedTest
    @EnumSource
    void theObjectIsReplacedByOneWithTheSameMd5(Target target) throws Exception {
        byte[] good = Collision.first(target.size);
        byte[] evil = Collision.second(target.size);
        Asset asset = good(target.kind, good);
        assertThat(md5(asset)).isEqualTo(HexFormat.of().formatHex(digest(evil)));
        Files.write(object(asset), evil);
        neverDelivered(asset);
    }

    @ParameterizedTest
    @EnumSource
    void filesWithTheSameMd5AreDifferentFiles(Target target) throws Exception {
        byte[] first = Collision.first(target.size);
        byte[] second = Collision.second(target.size);
        Asset one = good(target.kind, first);
        Asset other = good(target.kind, second);
        assertThat(md5(one)).isEqualTo(md5(other));
        assertThat(get(one.path(), user).body()).isEqualTo(first);
        assertThat(get(other.path(), user).body()).isEqualTo(second);
    }

    private String md5(Asset asset) {
        return jdbc.sql("select md5 from artifact where id = (select %s from %s where id = :id)"
                        .formatted(asset.column(), asset.kind()))
                .param("id", asset.id())
                .query(String.class)
                .single();
    }

    private static byte[] digest(byte[] content) throws Exception {
        return java.security.MessageDigest.getInstance("MD5").digest(content);
    }

    /**
     * Two files with one MD5: the pair of 128 bytes that X. Wang, D. Feng, X. Lai and H. Yu published ("Collisions for hash
     * functions MD4, MD5, HAVAL-128 and RIPEMD", 2004), each with the same bytes behind it.
     */
    private static final class Collision {
        private static final byte[] TAIL = random(3_000_000);
        private static final String FIRST = """
                d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89\
                55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b\
                d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0\
                e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70""";
        private static final String SECOND = """
                d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f89\
                55ad340609f4b30283e4888325f1415a085125e8f7cdc99fd91dbd7280373c5b\
                d8823e3156348f5bae6dacd436c919c6dd53e23487da03fd02396306d248cda0\
                e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70""";

        static byte[] first(int size) {
            return followed(FIRST, size);
        }

        static byte[] second(int size) {
            return followed(SECOND, size);
        }

        private static byte[] followed(String start, int size) {
            byte[] content = Arrays.copyOf(HexFormat.of().parseHex(start), size);
            System.arraycopy(TAIL, 0, content, 128, size - 128);
            return content;
        }
    }
}
