package io.mlaas.sharing.passport;

/** How often the training was repeated, and what came of it, as a small picture to be shown anywhere. */
record Badge(String message, String colour) {
    private static final String LABEL = "re-proved";
    private static final String GOOD = "#1a7f4b";
    private static final String PARTLY = "#8a5a00";
    private static final String BAD = "#b3261e";
    private static final String UNKNOWN = "#5b6776";
    private static final int HEIGHT = 20;
    private static final int MARGIN = 8;
    private static final double CHARACTER = 6.6;

    static Badge of(Passport.Reproductions reproductions) {
        int tried = reproductions.tried();
        int reproduced = reproductions.reproduced();
        if (tried == 0) {
            return new Badge("not tried", UNKNOWN);
        }
        if (reproduced == 0) {
            return new Badge("not reproduced, 0 of " + tried, BAD);
        }
        return new Badge("reproduced " + reproduced + " of " + tried, reproduced == tried ? GOOD : PARTLY);
    }

    /** White on each of the colours has a contrast of at least 4.5 to 1. */
    String svg() {
        int left = width(LABEL);
        int right = width(message);
        String title = Html.escaped(LABEL + ": " + message);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" aria-label="%3$s">\
                <title>%3$s</title>\
                <rect width="%1$d" height="%2$d" rx="3" fill="#37414d"/>\
                <path d="M%4$d 0h%5$da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%4$dz" fill="%6$s"/>\
                <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\
                <text x="%7$d" y="14" textLength="%8$d">%9$s</text>\
                <text x="%10$d" y="14" textLength="%11$d">%12$s</text></g></svg>
                """.formatted(
                        left + right,
                        HEIGHT,
                        title,
                        left,
                        right - 3,
                        colour,
                        MARGIN,
                        left - 2 * MARGIN,
                        Html.escaped(LABEL),
                        left + MARGIN,
                        right - 2 * MARGIN,
                        Html.escaped(message));
    }

    private static int width(String text) {
        return (int) Math.round(text.length() * CHARACTER) + 2 * MARGIN;
    }
}
