package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a server lives.
 *
 * @param home the repository whose modules are started
 * @param data the folder that is its own
 * @param log the file its output is appended to
 */
public record Place(Home home, Path data, Path log) {

    public Place {
        data = data.toAbsolutePath();
        log = log.toAbsolutePath();
    }

    /** Data and log of the server {@code name} under {@code folder}. */
    public static Place in(Home home, Path folder, String name) {
        return new Place(home, folder.resolve(name), folder.resolve(name + ".log"));
    }

    void create() throws IOException {
        Files.createDirectories(data);
        Path folder = log.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
    }
}
