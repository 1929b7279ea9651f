package io.mlaas.training.runner.container;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image that cannot become another one: {@code name@sha256:…} by the digest of its manifest, or {@code sha256:…} by its
 * id, the digest of its configuration, where no registry has it.
 *
 * @param name of the repository, empty for an image by id
 * @param sha256 64 hexadecimal digits
 */
record PinnedImage(String name, String sha256) {
    private static final Pattern FORM =
            Pattern.compile("(?:(?<name>[a-z0-9]+(?:(?:[._/:]|__|-+)[a-z0-9]+)*)@)?sha256:(?<digest>[0-9a-f]{64})");

    static Optional<PinnedImage> parse(String reference) {
        Matcher matcher = FORM.matcher(reference);
        return matcher.matches()
                ? Optional.of(new PinnedImage(
                        Optional.ofNullable(matcher.group("name")).orElse(""), matcher.group("digest")))
                : Optional.empty();
    }

    boolean byId() {
        return name.isEmpty();
    }

    /** As the daemon takes it. */
    String reference() {
        return byId() ? "sha256:" + sha256 : name + "@sha256:" + sha256;
    }

    /** The registry's other digest of an image, where a container has no MD5 of its own: of the text of the first. */
    String md5() {
        try {
            byte[] text = ("sha256:" + sha256).getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
