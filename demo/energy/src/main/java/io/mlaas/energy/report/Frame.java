package io.mlaas.energy.report;

import java.util.Locale;

/** Axes of a chart: where a value lies, and the ticks and names beside it. */
final class Frame {
    static final int WIDTH = 920;
    static final int HEIGHT = 360;
    private static final int LEFT = 80;
    private static final int RIGHT = 20;
    private static final int TOP = 76;
    private static final int BOTTOM = 58;
    private static final int TICKS = 5;

    private final Svg svg;
    private final double low;
    private final double high;
    private final double step;
    private final int columns;

    /**
     * @param columns how many steps the horizontal axis has
     * @param unit name of the vertical axis, with its unit
     */
    Frame(String title, String unit, int columns, double lowest, double highest) {
        this.columns = columns;
        this.step = niceStep((highest - lowest) / TICKS);
        this.low = Math.floor(lowest / step + 1e-9) * step;
        this.high = Math.ceil(highest / step - 1e-9) * step;
        this.svg = new Svg(WIDTH, HEIGHT, title);
        svg.text("title", "start", LEFT, 30, title);
        for (int i = 0; i <= Math.round((high - low) / step); i++) {
            double value = low + i * step;
            svg.line(Math.abs(value) < step / 1e6 ? "axis" : "rule", LEFT, y(value), WIDTH - RIGHT, y(value));
            svg.text("soft", "end", LEFT - 8, y(value) + 4, number(value));
        }
        svg.upwards(18, (TOP + HEIGHT - BOTTOM) / 2.0, unit);
    }

    Svg svg() {
        return svg;
    }

    double x(double column) {
        return LEFT + (WIDTH - LEFT - RIGHT) * column / columns;
    }

    double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - low) / (high - low);
    }

    double bottom() {
        return HEIGHT - BOTTOM;
    }

    double top() {
        return TOP;
    }

    void tick(double column, String text) {
        svg.text("soft", "middle", x(column), bottom() + 20, text);
    }

    void below(String text) {
        svg.text("soft", "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, text);
    }

    /** An entry of the legend; gives where the next one begins. */
    double legend(double x, String style, boolean filled, String text) {
        if (filled) {
            svg.rect(style, x, 44, 22, 12);
        } else {
            svg.line(style + " line", x, 50, x + 22, 50);
        }
        svg.text("", "start", x + 30, 55, text);
        return x + 30 + 7.2 * text.length() + 22;
    }

    double left() {
        return LEFT;
    }

    private String number(double value) {
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0);
    }

    /** 1, 2 or 5 times a power of ten. */
    static double niceStep(double raw) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(raw, 1e-9))));
        double part = raw / power;
        return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    }
}
