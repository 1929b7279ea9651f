package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** Where a page of a list ends, as text for those who ask for the next one. */
final class AssetCursor {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    private AssetCursor() {}

    /** @param key what the list is sorted by: an {@link OffsetDateTime}, a {@link String} or a {@link Long} */
    record Position(UUID id, Object key) {
        Object parameter() {
            return key;
        }
    }

    static String write(Position position, String fingerprint) {
        String key = position.key() instanceof OffsetDateTime time
                ? Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant()))
                : position.key().toString();
        String text = fingerprint + "\n" + position.id() + "\n" + key;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param fingerprint of the query that the cursor comes with */
    static Position read(String cursor, AssetQuery.Sort sort, String fingerprint) {
        String[] parts;
        try {
            parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\n", 3);
        } catch (IllegalArgumentException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
        }
        if (parts.length != 3 || !parts[0].matches("[0-9a-f]{16}") || parts[2].indexOf('\0') >= 0) {
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.");
        }
        if (!parts[0].equals(fingerprint)) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "cursor: of another list (expected: the filters and the sort of the list that gave it out)");
        }
        try {
            return new Position(UUID.fromString(parts[1]), key(sort, parts[2]));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("cursor: not one that a list gave out.", e);
        }
    }

    private static Object key(AssetQuery.Sort sort, String text) {
        return switch (sort) {
            case CREATED_AT -> {
                Instant time = Instant.EPOCH.plus(Long.parseLong(text), ChronoUnit.MICROS);
                if (time.isBefore(FIRST) || time.isAfter(LAST)) {
                    throw new IllegalArgumentException(text);
                }
                yield time.atOffset(ZoneOffset.UTC);
            }
            case NAME -> text;
            case SIZE -> Long.valueOf(text);
        };
    }
}
