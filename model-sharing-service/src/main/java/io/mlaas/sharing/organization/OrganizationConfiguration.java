package io.mlaas.sharing.organization;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealedColumn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class OrganizationConfiguration {
    private static final int REQUESTS_AT_A_TIME = 48;
    private static final String SEALED_AS = "bucket";

    /**
     * What seals the companies' credentials in the database.
     *
     * @param masterKey 32 bytes in Base64; several, separated by commas, while one replaces another: the first one
     *     seals; or
     * @param masterKeyFile a file that holds them, one in a line; it is read again while the service runs
     */
    @ConfigurationProperties("mlaas.sharing")
    record SharingProperties(
            @Nullable String masterKey, @Nullable Path masterKeyFile) {
        @Override
        public String toString() {
            return "SharingProperties[masterKey=…, masterKeyFile=" + masterKeyFile + "]";
        }
    }

    @Bean
    MasterKeys masterKeys(SharingProperties sharing) {
        return MasterKeys.from("mlaas.sharing.master-key", sharing.masterKey(), sharing.masterKeyFile());
    }

    @Bean
    SealedColumn sealedCredentials(MasterKeys keys) {
        return new SealedColumn("organization", "id", "id", "sealed_credentials", new Seal(keys, SEALED_AS));
    }

    @Bean
    CompanyBuckets companyBuckets(
            S3Properties s3,
            MasterKeys masterKeys,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            JsonMapper json) {
        // Its own default is five requests at a time to one server.
        Dispatcher dispatcher = new Dispatcher(Executors.newVirtualThreadPerTaskExecutor());
        dispatcher.setMaxRequests(REQUESTS_AT_A_TIME);
        dispatcher.setMaxRequestsPerHost(REQUESTS_AT_A_TIME);
        OkHttpClient http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(REQUESTS_AT_A_TIME, 5, TimeUnit.MINUTES))
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofMinutes(2))
                .writeTimeout(Duration.ofMinutes(2))
                .build();
        return new CompanyBuckets(
                provisioner(s3, http, json),
                access -> new Bucket.Clients(
                        client(s3, http, access.accessKey(), access.secretKey()),
                        parts(s3, http, access.accessKey(), access.secretKey()),
                        s3.signsContent()),
                new Seal(masterKeys, SEALED_AS),
                jdbc,
                new TransactionTemplate(transactions),
                json);
    }

    private static BucketProvisioner provisioner(S3Properties s3, OkHttpClient http, JsonMapper json) {
        return switch (s3.provisioner()) {
            case LOCAL -> {
                if (s3.adminAccessKey().isEmpty() || s3.adminSecretKey().isEmpty()) {
                    throw new IllegalArgumentException("mlaas.sharing.s3.admin-access-key and admin-secret-key: empty"
                            + " (expected: the S3 administrator's key pair, since the provisioner is local)");
                }
                yield new LocalBuckets(client(s3, http, s3.adminAccessKey(), s3.adminSecretKey()), json);
            }
            case CONFIGURED -> new ConfiguredBuckets(s3.companies());
        };
    }

    private static MinioClient client(S3Properties s3, OkHttpClient http, String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(s3.endpoint().toString())
                .region(s3.region())
                .credentials(accessKey, secretKey)
                .httpClient(http)
                .build();
    }

    private static MinioAsyncClient parts(S3Properties s3, OkHttpClient http, String accessKey, String secretKey) {
        return MinioAsyncClient.builder()
                .endpoint(s3.endpoint().toString())
                .region(s3.region())
                .credentials(accessKey, secretKey)
                .httpClient(http)
                .build();
    }
}
