package io.mlaas.learning.learner;

import io.mlaas.kit.security.Caller;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a prediction.
 *
 * @param id by which it is told, and labelled later
 * @param device where a device asks
 */
public record Asking(String id, @Nullable String device) {
    /** The header in which an id is given and told, as KServe has it. */
    public static final String HEADER = "ce-id";

    private static final Pattern ID = Pattern.compile("[!-\"$-~]{1,100}");

    /** @param id its own, if it has one that can be one: up to 100 visible characters of ASCII, without {@code #} */
    public static Asking of(Caller caller, @Nullable String id) {
        String own =
                id != null && ID.matcher(id).matches() ? id : UUID.randomUUID().toString();
        return new Asking(own, caller.has("DEVICE") ? caller.name() : null);
    }
}
