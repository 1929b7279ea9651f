package io.mlaas.sharing.organization;

import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class OrganizationConfiguration {
    private static final int REQUESTS_AT_A_TIME = 48;

    /** @param masterKey 32 bytes in base64: seals the companies' credentials in the database */
    @ConfigurationProperties("mlaas.sharing")
    record SharingProperties(@DefaultValue("") String masterKey) {
        @Override
        public String toString() {
            return "SharingProperties[masterKey=…]";
        }
    }

    @Bean
    CompanyBuckets companyBuckets(
            S3Properties s3,
            SharingProperties sharing,
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
                        parts(s3, http, access.accessKey(), access.secretKey())),
                new MasterKey(sharing.masterKey()),
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
