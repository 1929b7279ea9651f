package io.mlaas.stack.supervise;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The JDK's ahead-of-time cache of one application: recorded while the service runs for the first time,
 * assembled from the recording afterwards, used from then on.
 */
record StartUpCache(Path folder, Path application) {

    List<String> options() {
        if (Files.exists(cache())) {
            return List.of("-XX:AOTCache=" + cache());
        }
        return List.of();
    }

    private Path cache() {
        return folder.resolve("start-up.aot");
    }
}
