package io.mlaas.sharing.registry;

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
record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** What a list is asked for: at most {@code limit} rows after {@code after}, in one state or any. */
    record Request(
            int limit, @Nullable Position after, @Nullable String state) {
        private static final int MOST = 200;

        static <S extends Enum<S>> Request of(
                int limit, @Nullable String cursor, @Nullable String status, Class<S> states) {
            if (limit < 1 || limit > MOST) {
                throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
            }
            return new Request(limit, cursor == null ? null : Position.of(cursor), state(status, states));
        }

        private static <S extends Enum<S>> @Nullable String state(@Nullable String status, Class<S> states) {
            if (status == null) {
                return null;
            }
            for (S state : states.getEnumConstants()) {
                if (state.name().equalsIgnoreCase(status)) {
                    return state.name();
                }
            }
            throw PlatformProblem.INVALID_REQUEST.because(
                    "status: %s (expected: one of %s)".formatted(status, List.of(states.getEnumConstants())));
        }

        OffsetDateTime before() {
            return after == null
                    ? OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC)
                    : after.createdAt().atOffset(ZoneOffset.UTC);
        }

        UUID beforeId() {
            return after == null ? new UUID(0, 0) : after.id();
        }
    }

    /** A row's place in the order of a list. */
    record Position(Instant createdAt, UUID id) {
        static Position of(String cursor) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 2);
                if (parts.length == 2) {
                    Instant time = Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS);
                    return new Position(time, UUID.fromString(parts[1]));
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
            }
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
        }

        private String cursor() {
            String text = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + " " + id;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** @param rows one more than the limit, if there are more */
    static <R, T> Page<T> of(List<R> rows, int limit, Function<R, Position> position, Function<R, T> toApi) {
        boolean more = rows.size() > limit;
        List<R> shown = more ? rows.subList(0, limit) : rows;
        String next = more ? position.apply(shown.getLast()).cursor() : null;
        return new Page<>(shown.stream().map(toApi).toList(), next);
    }
}
