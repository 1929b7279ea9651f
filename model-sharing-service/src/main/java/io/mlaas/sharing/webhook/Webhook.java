package io.mlaas.sharing.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.net.AllowedAddresses;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where a company wants to be told of events.
 *
 * @param eventTypes empty for all
 * @param disabledReason why it was disabled, if the platform did that
 * @param failingSince since when no delivery has succeeded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Webhook(
        UUID id,
        String url,
        String description,
        List<String> eventTypes,
        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant failingSince,
        String createdBy,
        Instant createdAt) {
    private static final Pattern TYPE = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+){0,9}");
    private static final int LONGEST_URL = 2000;
    private static final int LONGEST_DESCRIPTION = 500;
    private static final int MOST_TYPES = 50;

    static void requireUrl(@Nullable String url, boolean allowHttp, AllowedAddresses allowed) {
        HttpUrl parsed = url == null || url.length() > LONGEST_URL ? null : HttpUrl.parse(url);
        String expected = "an absolute %s URL of at most %d characters, without a user, a password and a fragment"
                .formatted(allowHttp ? "http or https" : "https", LONGEST_URL);
        if (parsed == null
                || !(parsed.isHttps() || allowHttp)
                || !parsed.username().isEmpty()
                || !parsed.password().isEmpty()
                || parsed.fragment() != null) {
            throw WebhookProblem.INVALID_WEBHOOK.because("url: not taken (expected: " + expected + ")");
        }
        // Told early where it can be; what a name resolves to is looked at with each connection.
        String host = parsed.host();
        if (host.matches("[0-9.]+|.*:.*") && !allowed.allows(address(host))) {
            throw WebhookProblem.INVALID_WEBHOOK.because(
                    "url: %s is not public (expected: a public address)".formatted(host));
        }
    }

    private static java.net.InetAddress address(String literal) {
        try {
            return java.net.InetAddress.getByName(literal);
        } catch (java.net.UnknownHostException e) {
            throw WebhookProblem.INVALID_WEBHOOK.because("url: no address (expected: a host)", e);
        }
    }

    static void requireTypes(List<String> types) {
        if (types.size() > MOST_TYPES) {
            throw WebhookProblem.INVALID_WEBHOOK.because(
                    "event_types: %d (expected: at most %d)".formatted(types.size(), MOST_TYPES));
        }
        for (@Nullable String type : types) {
            if (type == null || type.length() > 100 || !TYPE.matcher(type).matches()) {
                throw WebhookProblem.INVALID_WEBHOOK.because(
                        "event_types: not an event's type (expected: io.mlaas.model.trained, for example)");
            }
        }
    }

    static void requireDescription(String description) {
        if (description.length() > LONGEST_DESCRIPTION || description.indexOf('\0') >= 0) {
            throw WebhookProblem.INVALID_WEBHOOK.because(
                    "description: %d characters (expected: at most %d, none of them NUL)"
                            .formatted(description.length(), LONGEST_DESCRIPTION));
        }
    }
}
