package io.mlaas.sharing.registry;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata} of a dataset.
 *
 * @param organizationId null for the caller's own
 * @param name null for an asset without name and version
 * @param all everything that was given, free extras included
 */
record DatasetMetadata(
        @Nullable UUID organizationId,
        @Nullable String name,
        String samplesDimension,
        @Nullable Long sampleNum,
        Map<String, Object> all) {

    static DatasetMetadata parse(String text) {
        Fields fields = new Fields("", LenientJson.object("metadata", text));
        String dimension = fields.dimension("samples_dimension", "sample_dimension");
        if (dimension == null) {
            throw RegistryProblem.INVALID_METADATA.because(
                    "samples_dimension: missing (expected: a shape like (1,32,32))");
        }
        return new DatasetMetadata(
                fields.id("organization_id"),
                fields.name("name"),
                dimension,
                fields.count("sample_num"),
                fields.values());
    }

    /** How large the sender says that the file is; null if nothing is said. */
    @Nullable
    Long sizeBytes() {
        return new Fields("", all).count("size_bytes");
    }
}
