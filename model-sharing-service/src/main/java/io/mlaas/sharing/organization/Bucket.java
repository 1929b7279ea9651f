package io.mlaas.sharing.organization;

import io.minio.MinioClient;
import java.util.UUID;

/** A company's bucket, opened with the company's own credentials. */
public record Bucket(UUID organizationId, String name, MinioClient client) {
    @Override
    public String toString() {
        return "Bucket[" + name + "]";
    }
}
