package io.mlaas.training.cluster.run;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which container images may run in the cluster: none, unless they are named here.
 *
 * @param allowed repositories and the beginnings of such, up to a {@code /}: {@code registry.example.com/acme}
 * @param aliases short references for images
 */
@Validated
@ConfigurationProperties("mlaas.training.kubernetes.images")
record ImageProperties(
        @DefaultValue
        List<@NotBlank @Pattern(regexp = "[a-z0-9][a-z0-9._:/-]*", message = "is no name of a repository") String>
                allowed,

        @DefaultValue List<@Valid Alias> aliases) {

    /**
     * @param reference by which models name it, e.g. {@code acme/forecast:3}
     * @param image by digest, {@code name@sha256:…}
     * @param environment variables that the program gets beside the job's
     */
    record Alias(
            @NotBlank String reference,

            @NotNull @Pattern(regexp = Images.BY_DIGEST, message = "is no image by digest (name@sha256:…)")
            String image,

            @DefaultValue Map<String, String> environment) {}
}
