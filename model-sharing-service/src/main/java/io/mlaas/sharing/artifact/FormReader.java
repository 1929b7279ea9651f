package io.mlaas.sharing.artifact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/** The parts of a multipart/form-data message (RFC 7578), one after the other. */
final class FormReader {
    private static final int MAX_BOUNDARY = 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final DelimitedStream stream;
    private final int maxHeaderBytes;
    private boolean begun;
    private boolean over;

    /** The message is no form. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** @param maxHeaderBytes of one part */
    FormReader(InputStream in, @Nullable String contentType, int maxHeaderBytes) throws Malformed {
        this.maxHeaderBytes = maxHeaderBytes;
        String boundary = contentType == null
                ? null
                : parameters().parse(contentType, new char[] {';', ','}).get("boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY || boundary.indexOf('\r') >= 0) {
            throw new Malformed("boundary of the content type (expected: 1 to %d bytes)".formatted(MAX_BOUNDARY));
        }
        // The first delimiter needs no line before it: one is imagined.
        stream = new DelimitedStream(LINE_END, in, ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ParameterParser parameters() {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser;
    }

    /**
     * One part.
     *
     * @param name of the field, empty if it has none
     * @param fileName null if it is a text
     * @param headers by lower-case names
     * @param content is gone when the next part is asked for
     */
    record Part(String name, @Nullable String fileName, Map<String, String> headers, InputStream content) {
        @Nullable
        String header(String lowerCaseName) {
            return headers.get(lowerCaseName);
        }
    }

    /** The next part, or null after the last one. */
    @Nullable
    Part next() throws IOException {
        if (over || !passBoundary()) {
            return null;
        }
        int first = stream.plain();
        int second = stream.plain();
        if (first == '-' && second == '-') {
            over = true;
            return null;
        }
        if (first != '\r' || second != '\n') {
            throw new Malformed("after a boundary (expected: a new line, or --)");
        }
        Map<String, String> headers = headers();
        stream.content();
        String type = headers.getOrDefault("content-type", "");
        if (type.toLowerCase(Locale.ROOT).startsWith("multipart/mixed")) {
            throw new Malformed("multipart/mixed in a part (expected: one file; RFC 7578 has no others)");
        }
        String disposition = headers.getOrDefault("content-disposition", "");
        Map<String, String> parameters = disposition.toLowerCase(Locale.ROOT).startsWith("form-data")
                ? parameters().parse(disposition, ';')
                : Map.of();
        return new Part(stripped(parameters, "name", ""), fileName(parameters), headers, stream);
    }

    private boolean passBoundary() throws IOException {
        try {
            stream.pass();
            begun = true;
            return true;
        } catch (DelimitedStream.Ended e) {
            if (begun) {
                throw e;
            }
            over = true;
            return false;
        }
    }

    private static String stripped(Map<String, String> parameters, String name, String otherwise) {
        String value = parameters.get(name);
        return value == null ? otherwise : value.strip();
    }

    private static @Nullable String fileName(Map<String, String> parameters) {
        return parameters.containsKey("filename") ? stripped(parameters, "filename", "") : null;
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        String last = null;
        int left = maxHeaderBytes;
        while (true) {
            String line = line(left);
            if (line.isEmpty()) {
                return headers;
            }
            left -= line.length() + LINE_END.length;
            boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            int colon = line.indexOf(':');
            if (continued && last != null) {
                headers.merge(last, " " + line.strip(), String::concat);
            } else if (!continued && colon > 0) {
                String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                last = headers.putIfAbsent(name, line.substring(colon + 1).strip()) == null ? name : null;
            }
        }
    }

    private String line(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int before = 0;
        while (true) {
            int next = stream.plain();
            if (next == '\n' && before == '\r') {
                byte[] bytes = line.toByteArray();
                return new String(bytes, 0, bytes.length - 1, StandardCharsets.UTF_8);
            }
            line.write(next);
            if (line.size() > most) {
                throw new Malformed("header of a part: more than %d bytes".formatted(maxHeaderBytes));
            }
            before = next;
        }
    }
}
