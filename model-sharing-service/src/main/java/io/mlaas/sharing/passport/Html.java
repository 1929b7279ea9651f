package io.mlaas.sharing.passport;

import org.jspecify.annotations.Nullable;

/** Writes HTML; whatever is not markup of the caller's own is escaped. */
final class Html {
    private final StringBuilder written = new StringBuilder();

    /** Markup, as it stands in the code. */
    Html markup(String markup) {
        written.append(markup);
        return this;
    }

    Html text(@Nullable Object text) {
        written.append(escaped(String.valueOf(text)));
        return this;
    }

    /** An element with nothing but text in it. */
    Html element(String name, @Nullable Object text) {
        return markup("<" + name + ">").text(text).markup("</" + name.split(" ", 2)[0] + ">");
    }

    @Override
    public String toString() {
        return written.toString();
    }

    /** For text and for values of attributes; control characters, which neither may have, become blanks. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.appendCodePoint(c);
                default -> escaped.appendCodePoint(isAllowed(c) ? c : ' ');
            }
        });
        return escaped.toString();
    }

    /** XML 1.0's characters, so that it holds for SVG too; without those that turn the direction of writing. */
    private static boolean isAllowed(int c) {
        boolean character = !Character.isISOControl(c) && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
        boolean turning = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
        return character && !turning;
    }
}
