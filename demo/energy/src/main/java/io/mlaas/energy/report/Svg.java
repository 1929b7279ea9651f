package io.mlaas.energy.report;

import java.util.Locale;

/** A drawing in SVG, element by element; colours are classes of {@link #STYLE}, so that they follow light and dark. */
final class Svg {
    static final String STYLE = """
            svg{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--rule:#dfe3e8;--actual:#c2570c;--forecast:#1d5fd0;--for:#15803d;--against:#c81e1e;--other:#7a8594}
            @media (prefers-color-scheme:dark){svg{--paper:#14181f;--ink:#e8ecf2;--soft:#a3adba;--rule:#303844;--actual:#f59e4b;--forecast:#7db0ff;--for:#4fc47a;--against:#ff7b72;--other:#8893a2}}
            svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
            svg .title{font-size:16px;font-weight:600}svg .soft{fill:var(--soft)}
            svg .paper{fill:var(--paper)}svg .rule{stroke:var(--rule);fill:none}svg .axis{stroke:var(--soft);fill:none}
            svg .actual{stroke:var(--actual)}svg .forecast{stroke:var(--forecast)}svg .line{fill:none;stroke-width:2.4;stroke-linejoin:round}
            svg .known{stroke:var(--soft)}svg .now{stroke:var(--soft);stroke-dasharray:4 4}
            svg .band{fill:var(--forecast);opacity:.2}svg .for{fill:var(--for)}svg .against{fill:var(--against)}
            svg .bar-forecast{fill:var(--forecast)}svg .bar-actual{fill:var(--actual)}svg .bar-other{fill:var(--other)}svg .known-bar{fill:var(--rule)}
            """;

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;
    private final String says;

    /** @param says what is to be seen, for those who do not see it */
    Svg(int width, int height, String says) {
        this.width = width;
        this.height = height;
        this.says = says;
        element("<rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"8\"/>", width, height);
    }

    @SuppressWarnings("AnnotateFormatMethod") // private, with constants only
    private void element(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    void rect(String style, double x, double y, double w, double h) {
        element(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"1.5\"/>",
                style, x, y, w, h);
    }

    void line(String style, double x1, double y1, double x2, double y2) {
        element("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", style, x1, y1, x2, y2);
    }

    /** @param at x and y in turns */
    void path(String style, boolean closed, double... at) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < at.length; i += 2) {
            d.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", at[i], at[i + 1]));
        }
        element("<path class=\"%s\" d=\"%s%s\"/>", style, d, closed ? "Z" : "");
    }

    /** @param anchor start, middle or end */
    void text(String style, String anchor, double x, double y, String text) {
        element(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                style, anchor, x, y, escaped(text));
    }

    /** From below upwards. */
    void upwards(double x, double y, String text) {
        element(
                "<text class=\"soft\" text-anchor=\"middle\" transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>",
                x, y, escaped(text));
    }

    /** As part of a page that has the style. */
    String inline() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
                %s</svg>
                """.formatted(width, height, escaped(says), body);
    }

    /** As a file of its own. */
    String alone() {
        return inline().replaceFirst(
                        ">\n", ">\n<style>" + java.util.regex.Matcher.quoteReplacement(STYLE) + "</style>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
