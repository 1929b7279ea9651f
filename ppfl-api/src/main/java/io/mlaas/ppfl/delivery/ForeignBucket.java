package io.mlaas.ppfl.delivery;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.MinioException;
import io.mlaas.kit.net.AllowedAddresses;
import io.mlaas.kit.net.GuardedSockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import okhttp3.OkHttpClient;
import org.springframework.stereotype.Component;

/** A bucket of somebody else's, at an address that is nobody's inside. Redirects are not followed, no proxy is asked. */
@Component
class ForeignBucket {
    private static final long PARTS_ARE_CHOSEN = -1;

    private final OkHttpClient http;

    ForeignBucket(AllowedAddresses deliveryAddresses, DeliveryProperties properties) {
        http = new OkHttpClient.Builder()
                .socketFactory(new GuardedSockets(deliveryAddresses))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(properties.connect())
                .readTimeout(properties.connect())
                .writeTimeout(properties.connect())
                .build();
    }

    /**
     * Stores the content and reads it back.
     *
     * @return SHA-256 of what was read back, in hexadecimal
     */
    String store(DeliveryTarget target, InputStream content, long size) throws MinioException, IOException {
        try (MinioClient client = MinioClient.builder()
                .endpoint(target.host())
                .credentials(target.accessKey(), target.secretKey())
                .httpClient(http)
                .build()) {
            String bucket = String.valueOf(target.bucket());
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
            }
            client.putObject(PutObjectArgs.builder().bucket(bucket).object(target.object()).stream(
                            content, size, PARTS_ARE_CHOSEN)
                    .build());
            return readBack(client, bucket, target.object());
        } catch (MinioException | IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the bucket's client could not be closed", e);
        }
    }

    private static String readBack(MinioClient client, String bucket, String object)
            throws MinioException, IOException {
        MessageDigest digest = sha256();
        try (InputStream stored = client.getObject(
                        GetObjectArgs.builder().bucket(bucket).object(object).build());
                var read = new DigestInputStream(stored, digest)) {
            read.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
