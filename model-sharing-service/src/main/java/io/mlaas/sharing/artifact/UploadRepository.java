package io.mlaas.sharing.artifact;

import io.minio.messages.Part;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * What is known of resumable uploads. Who changes one holds its lease, known by a token: whoever lost it (its process hung, say)
 * can record nothing any more.
 */
@Repository
class UploadRepository {
    private final JdbcClient jdbc;

    UploadRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(ResumableUpload upload, String createdBy) {
        jdbc.sql("""
                insert into resumable_upload (id, organization_id, created_by, length, metadata, file_name, media_type,
                    sha256_state, md5_state, expires_at)
                values (:id, :organization, :by, :length, :metadata, :name, :type, :sha256, :md5, :expires)
                """)
                .param("id", upload.id())
                .param("organization", upload.organizationId())
                .param("by", createdBy)
                .param("length", upload.length())
                .param("metadata", upload.metadata())
                .param("name", upload.fileName())
                .param("type", upload.mediaType())
                .param("sha256", upload.digests().sha256())
                .param("md5", upload.digests().md5())
                .param("expires", upload.expiresAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    Optional<ResumableUpload> find(UUID id) {
        return jdbc.sql("select * from resumable_upload where id = :id")
                .param("id", id)
                .query((row, number) -> read(row))
                .optional();
    }

    private static ResumableUpload read(ResultSet row) throws SQLException {
        return new ResumableUpload(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getLong("length"),
                row.getLong("durable_bytes"),
                row.getString("metadata"),
                row.getString("file_name"),
                row.getString("media_type"),
                row.getString("s3_upload_id"),
                row.getBoolean("completed"),
                row.getString("tail_key"),
                row.getInt("tail_bytes"),
                new ResumableFingerprint.State(row.getBytes("sha256_state"), row.getBytes("md5_state")),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }

    /** @return whether nobody else holds the lock */
    boolean lock(UUID id, UUID token, Duration lease) {
        return jdbc.sql("""
                update resumable_upload
                set locked_by = :token, locked_until = now() + make_interval(secs => :seconds)
                where id = :id and (locked_until is null or locked_until < now())
                """)
                        .param("id", id)
                        .param("token", token)
                        .param("seconds", lease.toSeconds())
                        .update()
                == 1;
    }

    /** @return whether the lock is still one's own */
    boolean renew(UUID id, UUID token, Duration lease) {
        return jdbc.sql("""
                update resumable_upload set locked_until = now() + make_interval(secs => :seconds)
                where id = :id and locked_by = :token
                """)
                        .param("id", id)
                        .param("token", token)
                        .param("seconds", lease.toSeconds())
                        .update()
                == 1;
    }

    void unlock(UUID id, UUID token) {
        jdbc.sql(
                        "update resumable_upload set locked_by = null, locked_until = null where id = :id and locked_by = :token")
                .param("id", id)
                .param("token", token)
                .update();
    }

    boolean partsBegun(UUID id, UUID token, String s3UploadId) {
        return jdbc.sql("update resumable_upload set s3_upload_id = :upload where id = :id and locked_by = :token")
                        .param("id", id)
                        .param("token", token)
                        .param("upload", s3UploadId)
                        .update()
                == 1;
    }

    /** What has become durable. */
    record Progress(
            long offset, List<NumberedPart> parts, @Nullable String tailKey, int tailBytes) {}

    record NumberedPart(int number, String etag) {
        Part toPart() {
            return new Part(number, etag);
        }
    }

    @Transactional
    public boolean advance(
            UUID id, UUID token, Progress progress, ResumableFingerprint.State digests, Instant expiresAt) {
        int changed = jdbc.sql("""
                update resumable_upload
                set durable_bytes = :offset, tail_key = :tail, tail_bytes = :tail_bytes, sha256_state = :sha256,
                    md5_state = :md5, expires_at = :expires
                where id = :id and locked_by = :token
                """)
                .param("id", id)
                .param("token", token)
                .param("offset", progress.offset())
                .param("tail", progress.tailKey())
                .param("tail_bytes", progress.tailBytes())
                .param("sha256", digests.sha256())
                .param("md5", digests.md5())
                .param("expires", expiresAt.atOffset(ZoneOffset.UTC))
                .update();
        if (changed == 0) {
            return false;
        }
        for (NumberedPart part : progress.parts()) {
            jdbc.sql("insert into resumable_part (upload_id, number, etag) values (:id, :number, :etag)")
                    .param("id", id)
                    .param("number", part.number())
                    .param("etag", part.etag())
                    .update();
        }
        return true;
    }

    List<NumberedPart> parts(UUID id) {
        return jdbc.sql("select number, etag from resumable_part where upload_id = :id order by number")
                .param("id", id)
                .query((row, number) -> new NumberedPart(row.getInt("number"), row.getString("etag")))
                .list();
    }

    void completed(UUID id) {
        jdbc.sql("update resumable_upload set completed = true where id = :id")
                .param("id", id)
                .update();
    }

    /** Whether an asset came of it: its file has the upload's id. */
    boolean isUsed(UUID id) {
        return jdbc.sql("select exists (select from artifact where id = :id)")
                .param("id", id)
                .query(Boolean.class)
                .single();
    }

    /** Whether a file is where the parts were put together. */
    boolean isKept(ResumableUpload upload) {
        return jdbc.sql("""
                select exists (select from artifact
                    where organization_id = :organization and object_key = :key and released_at is null)
                """)
                .param("organization", upload.organizationId())
                .param("key", upload.objectKey())
                .query(Boolean.class)
                .single();
    }

    /** What objects of uploads belong to: ids of uploads; and keys of files, and of objects about to be files. */
    Set<String> owned(UUID organizationId) {
        return jdbc.sql("""
                select id::text from resumable_upload where organization_id = :organization
                union all select object_key from artifact
                    where organization_id = :organization and released_at is null and object_key like :uploads
                union all select object_key from promoted_object
                    where organization_id = :organization and object_key like :uploads
                """)
                .param("organization", organizationId)
                .param("uploads", ResumableUpload.PREFIX + "%")
                .query(String.class)
                .set();
    }

    void delete(UUID id) {
        jdbc.sql("delete from resumable_upload where id = :id").param("id", id).update();
    }

    List<ResumableUpload> over(UUID organizationId, Instant time) {
        return jdbc.sql("""
                select * from resumable_upload u
                where organization_id = :organization and (locked_until is null or locked_until < now())
                    and (expires_at < :time or exists (select from artifact a where a.id = u.id))
                """)
                .param("organization", organizationId)
                .param("time", time.atOffset(ZoneOffset.UTC))
                .query((row, number) -> read(row))
                .list();
    }

    /** Whether parts under this number may be somebody's, now or later. */
    boolean mayOwnParts(UUID id, String s3UploadId) {
        return jdbc.sql("""
                select exists (select from resumable_upload
                    where id = :id and (s3_upload_id = :upload or locked_until > now()))
                """)
                .param("id", id)
                .param("upload", s3UploadId)
                .query(Boolean.class)
                .single();
    }
}
