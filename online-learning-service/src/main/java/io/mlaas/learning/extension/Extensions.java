package io.mlaas.learning.extension;

import io.mlaas.online.Algorithms;
import io.mlaas.transform.step.Steps;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Reads the jars when the service starts, before any learner is made. They may do what the service may. */
@Component
class Extensions implements DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(Extensions.class);

    private final @Nullable URLClassLoader loader;

    Extensions(ExtensionProperties properties) throws IOException {
        Path directory = properties.extensions();
        loader = directory == null ? null : read(directory);
    }

    private static URLClassLoader read(Path directory) throws IOException {
        List<URL> jars = jars(directory);
        URLClassLoader loader =
                new URLClassLoader("extensions", jars.toArray(new URL[0]), Extensions.class.getClassLoader());
        try {
            Steps.extend(loader);
            Algorithms.extend(loader);
        } catch (ServiceConfigurationError | IllegalStateException e) {
            loader.close();
            throw new IllegalStateException(
                    "mlaas.learning.extensions: " + directory + ": " + e.getMessage()
                            + " (expected: jars with steps or algorithms of names of their own)",
                    e);
        }
        log.info("extended by {}", jars);
        return loader;
    }

    private static List<URL> jars(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(
                    "mlaas.learning.extensions: " + directory + " (expected: a directory of jars)");
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        return jars;
    }

    @Override
    public void destroy() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }
}
