package io.mlaas.sharing.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.BucketExistsArgs;
import io.minio.MinioClient;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestServers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** What every provisioner promises. */
class BucketProvisionerTest extends RegistryServer {
    private final UUID company = UUID.randomUUID();

    @Autowired
    private Environment environment;

    @Test
    void theLocalOneKeepsThePromise() throws Exception {
        keepsThePromise(local());
    }

    @Test
    void theConfiguredOneKeepsThePromise() throws Exception {
        BucketAccess made = local().provide(company, null);
        var configured = new S3Properties.Company(made.accessKey(), made.secretKey(), "");
        BucketProvisioner provisioner = new ConfiguredBuckets(Map.of(company, configured));
        keepsThePromise(provisioner);
        assertThatThrownBy(() -> provisioner.provide(UUID.randomUUID(), null))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(StorageProblem.NO_BUCKET));
    }

    private void keepsThePromise(BucketProvisioner provisioner) throws Exception {
        BucketAccess first = provisioner.provide(company, null);
        assertThat(provisioner.provide(company, first)).isEqualTo(first);
        assertThat(first.bucket()).isEqualTo(company.toString());
        assertThat(first.toString()).doesNotContain(first.secretKey());
        MinioClient client = client(first.accessKey(), first.secretKey());
        assertThat(client.bucketExists(
                        BucketExistsArgs.builder().bucket(first.bucket()).build()))
                .isTrue();
    }

    private BucketProvisioner local() {
        return new LocalBuckets(
                client(TestServers.S3_ADMIN_ACCESS_KEY, TestServers.S3_ADMIN_SECRET_KEY), JsonMapper.shared());
    }

    private MinioClient client(String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(environment.getRequiredProperty("mlaas.sharing.s3.endpoint"))
                .region("us-east-1")
                .credentials(accessKey, secretKey)
                .build();
    }
}
