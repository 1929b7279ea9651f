package io.mlaas.online.vw;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import vowpalWabbit.learner.VWLearners;

/** The jars of the child process: files that are there, or copies of jars that lie inside another jar. */
final class ClassPath {
    private static final String INSIDE = "jar:";

    private ClassPath() {}

    /** @param folder where copies go */
    static String in(Path folder) throws IOException {
        return place(WabbitMain.class, folder) + File.pathSeparator + place(VWLearners.class, folder);
    }

    private static Path place(Class<?> type, Path folder) throws IOException {
        URL source = type.getProtectionDomain().getCodeSource().getLocation();
        if (source.getProtocol().equals("file")) {
            return Path.of(uri(source));
        }
        Path copy = folder.resolve(type.getSimpleName() + ".jar");
        try (InputStream in = content(source).openStream()) {
            Files.copy(in, copy);
        }
        return copy;
    }

    /** Of {@code jar:…!/} the jar itself; handlers that read jars in jars know its address without the frame. */
    private static URL content(URL source) throws IOException {
        String text = source.toString();
        if (!text.startsWith(INSIDE) || !text.endsWith("!/")) {
            return source;
        }
        return URI.create(text.substring(INSIDE.length(), text.length() - "!/".length()))
                .toURL();
    }

    private static URI uri(URL source) {
        try {
            return source.toURI();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Removes what {@link #in} copied, and the folder; what is gone already is none of its business. */
    static void remove(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (java.nio.file.NoSuchFileException gone) {
            return;
        }
        Files.deleteIfExists(folder);
    }
}
