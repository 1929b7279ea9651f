package io.mlaas.energy.forecast;

import java.util.List;
import java.util.function.Function;

/**
 * The mean squared error of forecasts of some windows, powers scaled by {@code scale} kW to 0…1, beside what the two
 * obvious forecasts of the same windows miss.
 */
public record Score(double mse, double persistence, double seasonalNaive, int windows) {

    /** @param forecasts in kW, in the order of the windows */
    public static Score of(List<Window> windows, List<double[]> forecasts, double scale) {
        if (windows.isEmpty() || windows.size() != forecasts.size()) {
            throw new IllegalArgumentException("forecasts: %d (expected: %d, one for each window, and at least one)"
                    .formatted(forecasts.size(), windows.size()));
        }
        double sum = 0;
        for (int i = 0; i < forecasts.size(); i++) {
            sum += squares(windows.get(i), forecasts.get(i), scale);
        }
        return new Score(
                sum / windows.size(),
                mean(windows, Window::persistence, scale),
                mean(windows, Window::seasonalNaive, scale),
                windows.size());
    }

    /** Whether it misses less than both obvious forecasts. */
    public boolean beatsTheObvious() {
        return mse < persistence && mse < seasonalNaive;
    }

    private static double mean(List<Window> windows, Function<Window, double[]> says, double scale) {
        return windows.stream()
                .mapToDouble(window -> squares(window, says.apply(window), scale))
                .average()
                .orElseThrow();
    }

    private static double squares(Window window, double[] said, double scale) {
        double sum = 0;
        for (int i = 0; i < said.length; i++) {
            double missed = (window.target()[i] - said[i]) / scale;
            sum += missed * missed;
        }
        return sum / said.length;
    }
}
