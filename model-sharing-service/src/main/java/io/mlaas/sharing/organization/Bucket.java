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
     * @param signsParts whether the signature of a part covers its bytes
     */
    public record Clients(MinioClient objects, MinioAsyncClient parts, boolean signsParts) {}

    public MinioClient client() {
        return clients.objects();
    }

    public MinioAsyncClient parts() {
        return clients.parts();
    }

    public boolean signsParts() {
        return clients.signsParts();
    }

    @Override
    public String toString() {
        return "Bucket[" + name + "]";
    }
}
