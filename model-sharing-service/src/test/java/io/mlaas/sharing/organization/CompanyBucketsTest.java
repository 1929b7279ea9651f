package io.mlaas.sharing.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.errors.ErrorResponseException;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class CompanyBucketsTest extends RegistryServer {
    @Autowired
    private CompanyBuckets buckets;

    @Test
    void aCompanysCredentialsDoNotOpenAnothersBucket() throws Exception {
        byte[] secret = random(100);
        registerDataset(TestIdentity.globexScientist(), secret);
        registerDataset(TestIdentity.acmeScientist(), random(100));
        Bucket acme = buckets.of(TestIdentity.ACME);
        Bucket globex = buckets.of(TestIdentity.GLOBEX);
        assertThat(globex.name()).isEqualTo(TestIdentity.GLOBEX.toString());
        try (var own = globex.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(globex.name())
                        .object("sha256/" + sha256(secret))
                        .build())) {
            assertThat(own.readAllBytes()).isEqualTo(secret);
        }
        denied(() -> acme.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(globex.name())
                        .object("sha256/" + sha256(secret))
                        .build()));
        denied(() -> acme.client()
                .listObjects(ListObjectsArgs.builder().bucket(globex.name()).build())
                .iterator()
                .next()
                .get());
        denied(() -> acme.client()
                .getObject(GetObjectArgs.builder()
                        .bucket(LocalBuckets.DIRECTORY)
                        .object("x.json")
                        .build()));
    }

    private static void denied(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrorResponseException.class, e -> assertThat(
                        e.errorResponse().code())
                .isEqualTo("AccessDenied"));
    }

    @Test
    void credentialsAreSealedInTheDatabase() throws Exception {
        registerDataset(TestIdentity.acmeScientist(), random(100));
        byte[] sealed = jdbc.sql("select sealed_credentials from organization where id = :id")
                .param("id", TestIdentity.ACME)
                .query((row, number) -> row.getBytes(1))
                .single();
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .doesNotContain("company-")
                .doesNotContain("access");
    }
}
