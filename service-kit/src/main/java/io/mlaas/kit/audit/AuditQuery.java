package io.mlaas.kit.audit;

import io.mlaas.api.audit.AuditEntry;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of the audit log is asked for; null where it does not matter.
 *
 * @param organization whose entries
 * @param actor subject or name
 * @param asset that the request was about
 * @param outcome see {@link AuditEntry#outcome}
 * @param from the oldest, inclusive
 * @param to the newest, exclusive
 * @param after the last entry of the page before
 */
public record AuditQuery(
        @Nullable UUID organization,
        @Nullable String actor,
        @Nullable UUID asset,
        @Nullable String method,
        @Nullable Integer status,
        @Nullable String outcome,
        @Nullable Instant from,
        @Nullable Instant to,
        int limit,
        @Nullable Position after) {
    /** Newest first. Ids are compared as PostgreSQL does. */
    public static final Comparator<AuditEntry> NEWEST_FIRST = Comparator.comparing(AuditEntry::at)
            .thenComparing(entry -> entry.id().toString())
            .reversed();

    private static final int MOST = 200;
    private static final int USUAL = 50;
    private static final Set<String> OUTCOMES = Set.of("DONE", "REFUSED", "FAILED", "UNKNOWN");
    private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** An entry's place, the same in every service's log. */
    public record Position(Instant at, UUID id) {
        public static Position of(AuditEntry entry) {
            return new Position(entry.at(), entry.id());
        }

        public String cursor() {
            String text = ChronoUnit.MICROS.between(Instant.EPOCH, at) + " " + id;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
        }

        private static Position of(String cursor) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
                if (parts.length == 2 && parts[0].matches("[0-9]{1,17}")) {
                    return new Position(
                            Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS), uuid("cursor", parts[1]));
                }
            } catch (IllegalArgumentException e) {
                throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
            }
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
        }
    }

    /** @param given by name: what a request's query says */
    static AuditQuery parse(Map<String, @Nullable String> given) {
        return new AuditQuery(
                read(given, "organization_id", text -> uuid("organization_id", text)),
                read(given, "actor", AuditQuery::text),
                read(given, "asset", text -> uuid("asset", text)),
                read(given, "method", text -> oneOf("method", text, METHODS)),
                read(given, "status", text -> number("status", text, 100, 599)),
                read(given, "outcome", text -> oneOf("outcome", text, OUTCOMES)),
                read(given, "from", text -> time("from", text)),
                read(given, "to", text -> time("to", text)),
                orElse(read(given, "limit", text -> number("limit", text, 1, MOST)), USUAL),
                read(given, "cursor", Position::of));
    }

    AuditQuery ofCompany(UUID company) {
        return new AuditQuery(company, actor, asset, method, status, outcome, from, to, limit, after);
    }

    /** The same as parameters of a request. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new TreeMap<>();
        put(parameters, "organization_id", organization);
        put(parameters, "actor", actor);
        put(parameters, "asset", asset);
        put(parameters, "method", method);
        put(parameters, "status", status);
        put(parameters, "outcome", outcome);
        put(parameters, "from", from);
        put(parameters, "to", to);
        put(parameters, "limit", limit);
        put(parameters, "cursor", after == null ? null : after.cursor());
        return parameters;
    }

    private static void put(Map<String, String> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value.toString());
        }
    }

    private static <T> @Nullable T read(Map<String, @Nullable String> given, String name, Function<String, T> parser) {
        String text = given.get(name);
        return text == null || text.isEmpty() ? null : parser.apply(text);
    }

    private static int orElse(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static String text(String text) {
        if (text.length() > 200 || text.indexOf('\0') >= 0) {
            throw invalid("actor", text, "a subject or a name");
        }
        return text;
    }

    private static UUID uuid(String name, String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            throw invalid(name, text, "a UUID");
        }
        return UUID.fromString(text);
    }

    private static String oneOf(String name, String text, Set<String> known) {
        for (String one : known) {
            if (one.equalsIgnoreCase(text)) {
                return one;
            }
        }
        throw invalid(name, text, "one of " + known.stream().sorted().toList());
    }

    private static int number(String name, String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw invalid(name, text, least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    private static Instant time(String name, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException e) {
            throw PlatformProblem.INVALID_REQUEST.because(explained(name, text, "a time like 2026-11-21T09:00:00Z"), e);
        }
        throw invalid(name, text, "a time like 2026-11-21T09:00:00Z");
    }

    private static ProblemException invalid(String name, String text, String expected) {
        return PlatformProblem.INVALID_REQUEST.because(explained(name, text, expected));
    }

    private static String explained(String name, String text, String expected) {
        return "%s: %s (expected: %s)"
                .formatted(name, text.length() > 100 ? text.substring(0, 100) + "…" : text, expected);
    }
}
