package io.mlaas.training.runner.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The digest of an image: of the lines {@code <name> NUL <hex digest of the content> LF}, sorted, of its files. A file's
 * name is relative to the configured directory that holds it, or just its own if it was configured itself: an image has the
 * same digest wherever it is installed. Contents are read again only when size or time of a file changed.
 */
class ImageDigest {
    private final Map<Path, Content> known = new ConcurrentHashMap<>();

    record Digests(String sha256, String md5) {}

    private record Content(long size, long modified, Digests digests) {}

    private record Entry(String name, Path file) {}

    /** @throws UncheckedIOException if a file cannot be read */
    Digests of(List<Path> files) {
        MessageDigest sha256 = digest("SHA-256");
        MessageDigest md5 = digest("MD5");
        record Line(String name, Digests digests) {}
        entries(files).stream()
                .map(entry -> new Line(entry.name(), content(entry.file())))
                .sorted(Comparator.comparing(Line::name)
                        .thenComparing(line -> line.digests().sha256()))
                .forEach(line -> {
                    sha256.update(bytes(line.name(), line.digests().sha256()));
                    md5.update(bytes(line.name(), line.digests().md5()));
                });
        return hex(sha256, md5);
    }

    private static List<Entry> entries(List<Path> files) {
        List<Entry> entries = new ArrayList<>();
        for (Path configured : files) {
            if (!Files.isDirectory(configured)) {
                entries.add(new Entry(String.valueOf(configured.getFileName()), configured));
                continue;
            }
            try (Stream<Path> walk = Files.walk(configured)) {
                walk.filter(Files::isRegularFile)
                        .forEach(file -> entries.add(
                                new Entry(configured.relativize(file).toString(), file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return entries;
    }

    private Digests content(Path file) {
        try {
            long size = Files.size(file);
            long modified = Files.getLastModifiedTime(file).toMillis();
            Content cached = known.get(file);
            if (cached != null && cached.size() == size && cached.modified() == modified) {
                return cached.digests();
            }
            MessageDigest sha256 = digest("SHA-256");
            MessageDigest md5 = digest("MD5");
            byte[] buffer = new byte[64 * 1024];
            try (InputStream in = Files.newInputStream(file)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sha256.update(buffer, 0, n);
                    md5.update(buffer, 0, n);
                }
            }
            Digests digests = hex(sha256, md5);
            known.put(file, new Content(size, modified, digests));
            return digests;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Digests hex(MessageDigest sha256, MessageDigest md5) {
        HexFormat hex = HexFormat.of();
        return new Digests(hex.formatHex(sha256.digest()), hex.formatHex(md5.digest()));
    }

    private static byte[] bytes(String name, String digest) {
        return (name + "\0" + digest + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
