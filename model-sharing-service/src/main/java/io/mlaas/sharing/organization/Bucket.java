package io.mlaas.sharing.organization;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

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

    /**
     * Makes a call and waits for its answer.
     *
     * @throws MinioException whatever went wrong; the library's own blocking client lets a broken connection out as an
     *     IllegalStateException now and then
     */
    public <T> T call(Function<MinioAsyncClient, CompletableFuture<T>> call) throws MinioException {
        return await(call.apply(clients.parts()));
    }

    /** @throws MinioException whatever went wrong */
    public static <T> T await(CompletableFuture<T> answer) throws MinioException {
        try {
            return answer.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof MinioException storage) {
                throw storage;
            }
            throw new MinioException(cause);
        }
    }

    @Override
    public String toString() {
        return "Bucket[" + name + "]";
    }
}
