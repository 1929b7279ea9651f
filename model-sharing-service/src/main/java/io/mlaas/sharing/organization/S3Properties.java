package io.mlaas.sharing.organization;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The object store.
 *
 * @param provisioner {@code local}: this service makes a bucket and a key pair per company and tells the local S3
 *     server of it; {@code configured}: an administrator made them and {@code companies} lists them
 * @param signContent whether the signature of each part of a large file covers its bytes, which costs a SHA-256 on both
 *     sides; {@code auto}: only where others could change them on their way, that is neither with TLS nor on this machine
 * @param adminAccessKey needed by {@code local} only
 * @param companies access per company id, for {@code configured}
 */
@Validated
@ConfigurationProperties("mlaas.sharing.s3")
record S3Properties(
        @DefaultValue("http://127.0.0.1:19000") URI endpoint,
        @DefaultValue("us-east-1") @NotBlank String region,
        @DefaultValue("local") @NotNull Provisioner provisioner,
        @DefaultValue("auto") @NotNull SignContent signContent,
        @DefaultValue("") String adminAccessKey,
        @DefaultValue("") String adminSecretKey,
        @DefaultValue Map<UUID, Company> companies) {

    enum Provisioner {
        LOCAL,
        CONFIGURED
    }

    enum SignContent {
        AUTO,
        ALWAYS,
        NEVER
    }

    boolean signsContent() {
        return switch (signContent) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> !"https".equalsIgnoreCase(endpoint.getScheme()) && !isLoopback(endpoint.getHost());
        };
    }

    // Names are not looked up: what they mean may change.
    private static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.equalsIgnoreCase("localhost")
                        || host.equals("[::1]")
                        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}"));
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
