package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a model, or a shard of one.
 *
 * @param name the file's path; of a shard with where it begins and ends
 * @param digest SHA-256, in hexadecimal
 */
public record Resource(String name, String digest) {
    /** What the reference implementation calls the file when a model is one. */
    static final String ITSELF = ".";

    /** By Unicode code points, as the specification sorts. */
    static final Comparator<Resource> BY_NAME = Comparator.comparing(
            (Resource resource) -> resource.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final int DIGEST_BYTES = 32;
    private static final Pattern SHARD = Pattern.compile("(.+):(0|[1-9]\\d{0,18}):([1-9]\\d{0,18})", Pattern.DOTALL);

    public Resource {
        if (StrictJson.hex(digest, "resource " + StrictJson.shown(name)).length != DIGEST_BYTES) {
            throw new InvalidEvidenceException("resource " + StrictJson.shown(name) + ": " + StrictJson.shown(digest)
                    + " (expected: a SHA-256 digest)");
        }
    }

    /** The path of the file. */
    String file(boolean sharded) {
        if (!sharded) {
            return name;
        }
        Matcher matcher = SHARD.matcher(name);
        if (!matcher.matches()) {
            throw new InvalidEvidenceException(
                    "resource " + StrictJson.shown(name) + " (expected: path:begin:end, since the files are sharded)");
        }
        return matcher.group(1);
    }
}
