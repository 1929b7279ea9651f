package io.mlaas.sharing.artifact;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A file as it was uploaded.
 *
 * @param sha256 64 lower-case hex
 * @param md5 32 lower-case hex: the legacy field only
 * @param objectKey of its bytes in the company's bucket; other artifacts of the same content may have the same one
 */
public record Artifact(
        UUID id,
        UUID organizationId,
        String sha256,
        String md5,
        long sizeBytes,
        String fileName,
        String mediaType,
        String objectKey) {

    /** The columns that {@link #read} wants, from a table with this alias. */
    public static String columns(String alias) {
        return """
                %1$s.id as %1$s_id, %1$s.organization_id as %1$s_organization_id, %1$s.sha256 as %1$s_sha256,
                %1$s.md5 as %1$s_md5, %1$s.size_bytes as %1$s_size_bytes, %1$s.file_name as %1$s_file_name,
                %1$s.media_type as %1$s_media_type, %1$s.object_key as %1$s_object_key
                """.formatted(alias);
    }

    /** The artifact that was joined under this alias. */
    public static Artifact read(ResultSet row, String alias) throws SQLException {
        return new Artifact(
                row.getObject(alias + "_id", UUID.class),
                row.getObject(alias + "_organization_id", UUID.class),
                row.getString(alias + "_sha256"),
                row.getString(alias + "_md5"),
                row.getLong(alias + "_size_bytes"),
                row.getString(alias + "_file_name"),
                row.getString(alias + "_media_type"),
                row.getString(alias + "_object_key"));
    }

    /** Where a small file is: equal ones are one object. */
    static String keyOf(String sha256) {
        return "sha256/" + sha256;
    }

    Artifact at(String key) {
        return new Artifact(id, organizationId, sha256, md5, sizeBytes, fileName, mediaType, key);
    }
}
