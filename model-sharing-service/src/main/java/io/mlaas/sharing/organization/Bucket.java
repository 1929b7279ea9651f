package io.mlaas.sharing.organization;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import java.util.UUID;

/** A company's bucket, opened with the company's own credentials. */
public record Bucket(UUID organizationId, String name, Clients clients) {

    /**
     * The same access twice, because the client library offers uploads in parts only on its second face.
     *
     * @param objects whole objects
     * @param parts uploads in parts
     */
    public record Clients(MinioClient objects, MinioAsyncClient parts) {}

    public MinioClient client() {
        return clients.objects();
    }

    public MinioAsyncClient parts() {
        return clients.parts();
    }

    @Override
    public String toString() {
        return "Bucket[" + name + "]";
    }
}
