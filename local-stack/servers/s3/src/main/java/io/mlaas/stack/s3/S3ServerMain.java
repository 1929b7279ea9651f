package io.mlaas.stack.s3;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * Arguments: data directory, port. Listens on the loopback interface, or where {@code MLAAS_S3_ADDRESS} says. The admin's key pair comes by {@code MLAAS_S3_ADMIN_ACCESS_KEY} and
 * {@code MLAAS_S3_ADMIN_SECRET_KEY}. Prints one line beginning with {@code READY} when requests are
 * served; stops on SIGTERM.
 */
public final class S3ServerMain {

    // A signature over the whole body means that S3Proxy holds it in memory before it answers; clients
    // that stream sign chunk by chunk and are not limited by this.
    private static final long LARGEST_BODY_SIGNED_AT_ONCE = 32L << 20;
    private static final int LARGEST_SIGNED_CHUNK = 16 << 20;

    private S3ServerMain() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: S3ServerMain DATA_DIRECTORY PORT");
            System.exit(2);
        }
        S3Proxy server = serve(
                Path.of(args[0]),
                Integer.parseInt(args[1]),
                required("MLAAS_S3_ADMIN_ACCESS_KEY"),
                required("MLAAS_S3_ADMIN_SECRET_KEY"));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                server.stop();
                            } catch (Exception e) {
                                System.err.println("stopping: " + e);
                            }
                            stopped.countDown();
                        },
                        "s3-shutdown"));
        System.out.println("READY s3 " + address() + ":" + server.getPort());
        stopped.await();
    }

    private static String address() {
        return Objects.requireNonNullElse(System.getenv("MLAAS_S3_ADDRESS"), "127.0.0.1");
    }

    /** Starts on {@code port} (0 = any free one). */
    static S3Proxy serve(Path data, int port, String adminAccessKey, String adminSecretKey) throws Exception {
        Files.createDirectories(data);
        Leftovers.remove(data);
        FilesystemNio2BlobStore store =
                new FilesystemNio2BlobStore(data.toAbsolutePath().toString());
        if (!store.containerExists(CompanyKeys.BUCKET)) {
            store.createContainer(CompanyKeys.BUCKET);
        }
        S3Proxy server = S3Proxy.builder()
                .endpoint(URI.create("http://" + address() + ":" + port))
                .awsAuthentication(AuthenticationType.AWS_V4, adminAccessKey, adminSecretKey)
                .blobStore(new PrivateStore(store))
                .v4MaxNonChunkedRequestSize(LARGEST_BODY_SIGNED_AT_ONCE)
                .v4MaxChunkSize(LARGEST_SIGNED_CHUNK)
                .maxSinglePartObjectSize(5L << 30)
                .jettyMaxThreads(64)
                .build();
        server.setBlobStoreLocator(new TenantLocator(
                new TenantLocator.Admin(adminAccessKey, adminSecretKey),
                store,
                new CompanyKeys(store, Clock.systemUTC())));
        server.start();
        return server;
    }

    private static String required(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
            System.err.println(variable + ": not set (expected: the admin's key)");
            System.exit(2);
        }
        return value;
    }
}
