package io.mlaas.energy.report;

import java.util.List;
import java.util.Locale;

/**
 * Groups of bars.
 *
 * @param unit name of the vertical axis
 * @param decimals of the numbers above the bars
 */
public record BarFigure(String title, String unit, int decimals, List<Group> groups) {
    private static final double HEADROOM = 1.08;
    private static final List<String> STYLES = List.of("bar-forecast", "bar-actual", "bar-other", "known-bar");

    /** @param bars of the group, in the order of the legend */
    public record Group(String name, List<Bar> bars) {}

    /** One of them. */
    public record Bar(String name, double value) {}

    Svg draw() {
        double highest = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToDouble(Bar::value)
                .max()
                .orElse(1);
        Frame frame = new Frame(title, unit, groups.size(), 0, HEADROOM * highest);
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            double width = 0.8 / group.bars().size();
            for (int b = 0; b < group.bars().size(); b++) {
                double value = group.bars().get(b).value();
                double left = frame.x(g + 0.1 + b * width);
                double right = frame.x(g + 0.1 + (b + 0.86) * width);
                frame.svg().rect(STYLES.get(b), left, frame.y(value), right - left, frame.bottom() - frame.y(value));
                frame.svg().text("", "middle", (left + right) / 2, frame.y(value) - 6, number(value));
            }
            frame.tick(g + 0.5, group.name());
        }
        double x = frame.left();
        List<Bar> legend = groups.getFirst().bars();
        for (int b = 0; b < legend.size(); b++) {
            x = frame.legend(x, STYLES.get(b), true, legend.get(b).name());
        }
        return frame.svg();
    }

    private String number(double value) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
