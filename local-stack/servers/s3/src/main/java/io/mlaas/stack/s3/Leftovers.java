package io.mlaas.stack.s3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store that was killed left of objects it was writing. It writes an object to a file called {@code <key>-<UUID>} and
 * renames that when it is whole; without the renaming the file would be an object that nobody put there.
 */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern WRITTEN_TO = Pattern.compile("(.+)-" + UUID);
    /** How keys end that the platform gives: an object of the name that follows is none of them. */
    private static final Pattern ENDS_OF_KEYS = Pattern.compile("(?:.*-)?" + UUID + "|[0-9a-f]{64}|object");
    /** The store's digest of an object, written when the object is whole. */
    private static final String DIGEST = "user.content-md5";

    private Leftovers() {}

    /** Before the store serves anybody: later there are files that are being written. */
    static void remove(Path data) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> files = Files.walk(data)) {
            leftovers =
                    files.filter(Files::isRegularFile).filter(Leftovers::isOne).toList();
        }
        for (Path leftover : leftovers) {
            Files.delete(leftover);
            log.info("removed {}, which was being written when the store ended", data.relativize(leftover));
        }
    }

    private static boolean isOne(Path file) {
        Matcher name = WRITTEN_TO.matcher(String.valueOf(file.getFileName()));
        return name.matches()
                && (!isWhole(file) || ENDS_OF_KEYS.matcher(name.group(1)).matches());
    }

    /** A file system without attributes tells nothing: then only the name counts. */
    private static boolean isWhole(Path file) {
        UserDefinedFileAttributeView attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        try {
            return attributes == null || attributes.list().contains(DIGEST);
        } catch (IOException e) {
            log.warn("the attributes of {} cannot be read; it stays", file, e);
            return true;
        }
    }
}
