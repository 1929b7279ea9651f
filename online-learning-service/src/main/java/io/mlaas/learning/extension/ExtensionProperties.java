package io.mlaas.learning.extension;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What is added to the service.
 *
 * @param extensions a directory of jars; absent for none
 */
@ConfigurationProperties("mlaas.learning")
record ExtensionProperties(@Nullable Path extensions) {}
