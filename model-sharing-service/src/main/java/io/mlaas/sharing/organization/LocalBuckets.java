package io.mlaas.sharing.organization;

import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes buckets and key pairs on the platform's local S3 server, which looks a key up as object
 * {@code <access-key>.json} in the administrator's bucket {@value #DIRECTORY}.
 */
final class LocalBuckets implements BucketProvisioner {
    static final String DIRECTORY = "mlaas-iam";

    private final MinioClient admin;
    private final JsonMapper json;
    private final SecureRandom random = new SecureRandom();

    LocalBuckets(MinioClient admin, JsonMapper json) {
        this.admin = admin;
        this.json = json;
    }

    @Override
    public BucketAccess provide(UUID organizationId, @Nullable BucketAccess stored) throws MinioException {
        BucketAccess access = stored != null
                ? stored
                : new BucketAccess("company-" + secret(12), secret(32), organizationId.toString());
        make(DIRECTORY);
        make(access.bucket());
        byte[] entry = json.writeValueAsBytes(Map.of("secret_key", access.secretKey(), "bucket", access.bucket()));
        admin.putObject(PutObjectArgs.builder()
                .bucket(DIRECTORY)
                .object(access.accessKey() + ".json")
                .contentType("application/json")
                .data(entry, entry.length)
                .build());
        return access;
    }

    private void make(String bucket) throws MinioException {
        if (!admin.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
            admin.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        }
    }

    private String secret(int bytes) {
        byte[] secret = new byte[bytes];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
