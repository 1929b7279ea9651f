package io.mlaas.sharing.artifact;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A file as it was uploaded; its bytes are the object {@link #key()} in the company's bucket.
 *
 * @param sha256 64 lower-case hex
 * @param md5 32 lower-case hex: the legacy field only
 */
public record Artifact(
        UUID id, UUID organizationId, String sha256, String md5, long sizeBytes, String fileName, String mediaType) {
    static final String PREFIX = "sha256/";

    /** The columns that {@link #read} wants, from a table with this alias. */
    public static String columns(String alias) {
        return """
                %1$s.id as %1$s_id, %1$s.organization_id as %1$s_organization_id, %1$s.sha256 as %1$s_sha256,
                %1$s.md5 as %1$s_md5, %1$s.size_bytes as %1$s_size_bytes, %1$s.file_name as %1$s_file_name,
                %1$s.media_type as %1$s_media_type
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
                row.getString(alias + "_media_type"));
    }

    String key() {
        return PREFIX + sha256;
    }
}
