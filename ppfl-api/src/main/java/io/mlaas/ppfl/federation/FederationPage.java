package io.mlaas.ppfl.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.problem.PlatformProblem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of a list, newest first.
 *
 * @param nextCursor give it as {@code cursor} to get what follows; absent on the last page
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederationPage<T>(List<T> items, @Nullable String nextCursor) {

    /** What a list is asked for; null where it does not matter. */
    public record Request(
            int limit,
            @Nullable FederationKind kind,
            @Nullable FederationState state,
            @Nullable String engine,
            OffsetDateTime before,
            UUID beforeId) {
        private static final int MOST = 200;
        private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

        public static Request of(
                int limit,
                @Nullable String cursor,
                @Nullable FederationKind kind,
                @Nullable String state,
                @Nullable String engine) {
            if (limit < 1 || limit > MOST) {
                throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
            }
            if (engine != null && engine.indexOf('\0') >= 0) {
                throw PlatformProblem.INVALID_REQUEST.because("engine: (expected: the name of an engine)");
            }
            FederationState wanted = one("state", state, FederationState.values());
            if (cursor == null) {
                return new Request(limit, kind, wanted, engine, LAST.atOffset(ZoneOffset.UTC), new UUID(0, 0));
            }
            String[] place = place(cursor);
            try {
                Instant time = Instant.EPOCH.plus(Long.parseLong(place[0]), ChronoUnit.MICROS);
                if (time.isAfter(Instant.EPOCH) && time.isBefore(LAST)) {
                    return new Request(
                            limit, kind, wanted, engine, time.atOffset(ZoneOffset.UTC), UUID.fromString(place[1]));
                }
            } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
                throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
            }
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
        }

        private static String[] place(String cursor) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
                if (parts.length == 2) {
                    return parts;
                }
            } catch (IllegalArgumentException e) {
                throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
            }
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
        }

        static <S extends Enum<S>> @Nullable S one(String name, @Nullable String text, S[] known) {
            if (text == null) {
                return null;
            }
            for (S each : known) {
                if (each.name().equalsIgnoreCase(text)) {
                    return each;
                }
            }
            throw PlatformProblem.INVALID_REQUEST.because(
                    "%s: %s (expected: one of %s)".formatted(name, text, List.of(known)));
        }
    }

    /** @param found one more than the limit, if there are more */
    static <T> FederationPage<T> of(List<Federation> found, int limit, Function<Federation, T> toApi) {
        boolean more = found.size() > limit;
        List<Federation> shown = more ? found.subList(0, limit) : found;
        return new FederationPage<>(
                shown.stream().map(toApi).toList(),
                more ? cursor(shown.getLast().createdAt(), shown.getLast().id()) : null);
    }

    /** Where a page ends. */
    public static String cursor(Instant createdAt, UUID id) {
        String text = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + " " + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
