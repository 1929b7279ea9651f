package io.mlaas.api.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payloads about the privacy ledger, on {@code mlaas.federation} too. */
public final class PrivacyEvents {
    /** Followed by the entry's state in small letters; the CloudEvents subject is the federation's id. */
    public static final String PREFIX = "io.mlaas.privacy.";

    /** The subject is the company's id. */
    public static final String LIMIT_CHANGED = PREFIX + "limit-changed";

    public static String changedTo(String state) {
        return PREFIX + state.toLowerCase(Locale.ROOT);
    }

    /**
     * A federation reserved, spent or gave back some of a data owner's privacy.
     *
     * @param state RESERVED, SETTLED or RELEASED
     * @param epsilon absent where none is promised
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EntryChanged(
            UUID federationId,
            String dataOwner,
            String state,
            String engine,
            String mechanism,
            @Nullable Double epsilon,
            double delta) {}

    /** @param changedBy name for people */
    public record LimitChanged(String dataOwner, double epsilon, double delta, String changedBy) {}

    private PrivacyEvents() {}
}
