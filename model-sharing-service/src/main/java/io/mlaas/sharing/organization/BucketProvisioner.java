package io.mlaas.sharing.organization;

import io.minio.errors.MinioException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Provides a company's bucket and its credentials. */
interface BucketProvisioner {

    /**
     * Answers once the bucket exists and its credentials open it; repeating it is harmless.
     *
     * @param stored what was provided earlier, or null the first time
     */
    BucketAccess provide(UUID organizationId, @Nullable BucketAccess stored) throws MinioException;
}
