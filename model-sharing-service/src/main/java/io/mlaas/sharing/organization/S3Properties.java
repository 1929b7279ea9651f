package io.mlaas.sharing.organization;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The object store.
 *
 * @param provisioner {@code local}: this service makes a bucket and a key pair per company and tells the local S3
 *     server of it; {@code configured}: an administrator made them and {@code companies} lists them
 * @param adminAccessKey needed by {@code local} only
 * @param companies access per company id, for {@code configured}
 */
@Validated
@ConfigurationProperties("mlaas.sharing.s3")
record S3Properties(
        @DefaultValue("http://127.0.0.1:19000") URI endpoint,
        @DefaultValue("us-east-1") @NotBlank String region,
        @DefaultValue("local") @NotNull Provisioner provisioner,
        @DefaultValue("") String adminAccessKey,
        @DefaultValue("") String adminSecretKey,
        @DefaultValue Map<UUID, Company> companies) {

    enum Provisioner {
        LOCAL,
        CONFIGURED
    }

    /** @param bucket the company's id unless said otherwise */
    record Company(
            @NotBlank String accessKey,
            @NotBlank String secretKey,
            @DefaultValue("") String bucket) {
        @Override
        public String toString() {
            return "Company[accessKey=" + accessKey + ", bucket=" + bucket + "]";
        }
    }

    @Override
    public String toString() {
        return "S3Properties[endpoint=" + endpoint + ", provisioner=" + provisioner + "]";
    }
}
