package io.mlaas.training.comparison;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Where files differ that are no tensors, or whose tensors are equal. */
final class FileBytes {
    private FileBytes() {}

    static Optional<Difference> of(String format, Path registered, Path found) throws IOException {
        try (InputStream one = Files.newInputStream(registered);
                InputStream other = Files.newInputStream(found)) {
            return first(format, null, one, other);
        }
    }

    /** The first file of two zip archives that differs. */
    static Optional<Difference> ofArchives(String format, Path registered, Path found) throws IOException {
        try (ZipFile one = new ZipFile(registered.toFile());
                ZipFile other = new ZipFile(found.toFile())) {
            Set<String> names = new LinkedHashSet<>();
            Collections.list(one.entries()).forEach(entry -> names.add(entry.getName()));
            Collections.list(other.entries()).forEach(entry -> names.add(entry.getName()));
            for (String name : names) {
                ZipEntry mine = one.getEntry(name);
                ZipEntry theirs = other.getEntry(name);
                if (mine == null || theirs == null) {
                    return Optional.of(
                            missing(format, name, mine == null ? "the registered result" : "the other result"));
                }
                try (InputStream left = one.getInputStream(mine);
                        InputStream right = other.getInputStream(theirs)) {
                    Optional<Difference> difference = first(format, name, left, right);
                    if (difference.isPresent()) {
                        return difference;
                    }
                }
            }
        } catch (ZipException e) {
            return of(format, registered, found);
        }
        // the same files, put together in another way
        return of(format, registered, found);
    }

    private static Optional<Difference> first(
            String format, @Nullable String file, InputStream registered, InputStream found) throws IOException {
        InputStream one = new BufferedInputStream(registered, 1 << 16);
        InputStream other = new BufferedInputStream(found, 1 << 16);
        for (long offset = 0; ; offset++) {
            int expected = one.read();
            int got = other.read();
            if (expected != got) {
                return Optional.of(new Difference(
                        format,
                        file,
                        null,
                        null,
                        null,
                        offset,
                        text(expected),
                        text(got),
                        null,
                        null,
                        null,
                        null,
                        expected < 0 || got < 0 ? "one of the two ends here" : null));
            }
            if (expected < 0) {
                return Optional.empty();
            }
        }
    }

    private static @Nullable String text(int value) {
        return value < 0 ? null : "0x%02x".formatted(value);
    }

    private static Difference missing(String format, String file, String whose) {
        return new Difference(
                format, file, null, null, null, null, null, null, null, null, null, null, whose + " has no such file");
    }
}
