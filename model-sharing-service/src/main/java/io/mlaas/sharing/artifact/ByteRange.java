package io.mlaas.sharing.artifact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a file (RFC 9110, section 14).
 *
 * @param first from 0
 * @param last inclusive
 */
record ByteRange(long first, long last) {
    private static final Pattern ONE =
            Pattern.compile("bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})", Pattern.CASE_INSENSITIVE);

    static ByteRange whole(long size) {
        return new ByteRange(0, size - 1);
    }

    /**
     * @return null where the whole file answers the request: no range, several, another unit, or one that makes no sense
     */
    static @Nullable ByteRange parse(@Nullable String header, long size) {
        Matcher matcher = ONE.matcher(header == null ? "" : header.strip());
        if (!matcher.matches()) {
            return null;
        }
        String from = matcher.group(1);
        String to = matcher.group(2);
        if (from.isEmpty() && to.isEmpty()) {
            return null;
        }
        if (from.isEmpty()) {
            long count = Long.parseLong(to);
            if (count == 0) {
                throw unsatisfiable(header, size);
            }
            return new ByteRange(Math.max(0, size - count), size - 1);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? size - 1 : Long.parseLong(to);
        if (last < first && !to.isEmpty()) {
            return null;
        }
        if (first >= size) {
            throw unsatisfiable(header, size);
        }
        return new ByteRange(first, Math.min(last, size - 1));
    }

    private static RuntimeException unsatisfiable(@Nullable String header, long size) {
        return DownloadProblem.RANGE_NOT_SATISFIABLE.because(
                "Range: %s (expected: within %d bytes)".formatted(header, size));
    }

    long length() {
        return last - first + 1;
    }

    String contentRange(long size) {
        return "bytes %d-%d/%d".formatted(first, last, size);
    }
}
