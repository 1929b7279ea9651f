package io.mlaas.learning.learner;

import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Transformers elsewhere.
 *
 * @param transformerHosts which http steps may call, such as {@code features.internal:8080}; without a port those of http
 *     and https
 */
@Validated
@ConfigurationProperties("mlaas.learning")
record TransformerProperties(
        @DefaultValue
        List<
                        @Pattern(
                                regexp = "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?",
                                message = "(expected: a host, or host:port)")
                        String>
                transformerHosts) {}
