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
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.springframework.stereotype.Component;

/** A bucket of somebody else's, at an address that is nobody's inside. Redirects are not followed, no proxy is asked. */
@Component
class ForeignBucket {
    private static final int PIECE = 1 << 16;
    private static final long PARTS_ARE_CHOSEN = -1;

    /** Of an answer that is not the object itself; the client reads those into memory. */
    private static final long LONGEST_ANSWER = 1 << 20;

    /** Of the lease: so that a copy has ended before somebody else may take it over. */
    private static final int PART_FOR_A_CALL = 4;

    private static final int PART_TO_BEGIN_CALLS_IN = 2;

    private final Duration toBeginCallsIn;
    private final OkHttpClient http;

    ForeignBucket(AllowedAddresses deliveryAddresses, DeliveryProperties properties) {
        toBeginCallsIn = properties.lease().dividedBy(PART_TO_BEGIN_CALLS_IN);
        http = new OkHttpClient.Builder()
                .socketFactory(new GuardedSockets(deliveryAddresses))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(properties.connect())
                .readTimeout(properties.connect())
                .writeTimeout(properties.connect())
                .callTimeout(properties.lease().dividedBy(PART_FOR_A_CALL))
                .addInterceptor(ForeignBucket::shortened)
                .build();
    }

    private static Response shortened(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        Response response = chain.proceed(request);
        boolean object = request.method().equals("GET") && request.url().querySize() == 0;
        if (object && response.isSuccessful()) {
            return response;
        }
        try (response) {
            return response.newBuilder().body(response.peekBody(LONGEST_ANSWER)).build();
        }
    }

    /** As many calls as a copy takes, each of which may be slow, do not add up to more than the lease. */
    private OkHttpClient forOneCopy() {
        long end = System.nanoTime() + toBeginCallsIn.toNanos();
        return http.newBuilder()
                .addInterceptor(chain -> {
                    if (System.nanoTime() - end > 0) {
                        throw new InterruptedIOException("timeout: the copy has not ended within " + toBeginCallsIn);
                    }
                    return chain.proceed(chain.request());
                })
                .build();
    }

    /**
     * Stores the content and reads it back.
     *
     * @return SHA-256 of what was read back, in hexadecimal
     * @throws IOException also if that takes longer than three quarters of the lease
     */
    String store(DeliveryTarget target, InputStream content, long size) throws MinioException, IOException {
        try (MinioClient client = MinioClient.builder()
                .endpoint(target.host())
                .credentials(target.accessKey(), target.secretKey())
                .httpClient(forOneCopy())
                .build()) {
            String bucket = String.valueOf(target.bucket());
            if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
                client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
            }
            client.putObject(PutObjectArgs.builder().bucket(bucket).object(target.object()).stream(
                            content, size, PARTS_ARE_CHOSEN)
                    .build());
            return readBack(client, bucket, target.object(), size);
        } catch (MinioException | IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the bucket's client could not be closed", e);
        }
    }

    /** No more than was sent and one byte, which is enough to tell them apart. */
    private static String readBack(MinioClient client, String bucket, String object, long size)
            throws MinioException, IOException {
        MessageDigest digest = sha256();
        try (InputStream stored = client.getObject(
                        GetObjectArgs.builder().bucket(bucket).object(object).build());
                var read = new DigestInputStream(stored, digest)) {
            long left = size + 1;
            byte[] piece = new byte[PIECE];
            for (int count = 0; count >= 0 && left > 0; left -= count) {
                count = read.read(piece, 0, (int) Math.min(PIECE, left));
            }
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
