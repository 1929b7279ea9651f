package io.mlaas.online;

import java.util.Optional;

/** Where a configuration's {@code archive} is looked up, such as a registry of models. */
public interface Archives {
    /** There is nothing in it. */
    Archives NONE = digest -> Optional.empty();

    /**
     * @param sha256 digest of the file, 64 lower-case hexadecimal digits
     * @return the file's bytes; empty if there is no such file
     */
    Optional<byte[]> find(String sha256);
}
