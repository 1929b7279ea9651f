package io.mlaas.stack.energy;

import io.mlaas.energy.forecast.Score;
import io.mlaas.energy.forecast.Window;
import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.report.BarFigure;
import io.mlaas.energy.report.BarFigure.Bar;
import io.mlaas.energy.report.BarFigure.Group;
import io.mlaas.energy.report.ContributionFigure;
import io.mlaas.energy.report.ForecastFigure;
import io.mlaas.energy.report.Report;
import io.mlaas.stack.energy.EnergyStory.NotProved;
import io.mlaas.stack.energy.EnergyStory.Truth;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the steps of the story found, for the report. */
final class Findings {
    private static final double LEVEL = 0.9;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    private final Truth truth;

    // each set by the step that finds it
    @Nullable
    Published generationPublished;

    @Nullable
    JsonNode generationForecast;

    @Nullable
    Score generation;

    @Nullable
    Explained explained;

    @Nullable
    Transfer transfer;

    Findings(Truth truth) {
        this.truth = truth;
    }

    /**
     * What was published and learned.
     *
     * @param told in words
     * @param windows that the learner learned
     */
    record Published(String told, long windows) {}

    /**
     * Why a forecast is what it is.
     *
     * @param hour that is forecast, counted from 0
     * @param contributions of each known hour, in kW
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Explained(Window window, int hour, double[] contributions) {}

    /**
     * Consumption with the network that learned generation, and from scratch.
     *
     * @param forecast of the transferred learner after all days; absent if the demo calculated it
     * @param by who calculated: the platform, or the demo
     */
    record Transfer(
            Score few,
            Score fewScratch,
            Score all,
            Score allScratch,
            @Nullable JsonNode forecast,
            String by) {}

    Report report() {
        Published published = Objects.requireNonNull(generationPublished);
        Transfer transferred = Objects.requireNonNull(transfer);
        return new Report(
                "A network forecasts 24 hours of power from 36: generation of two photovoltaic plants, then, from the same"
                        + " first layer, consumption of four sites. The grid is simulated; everything else is the platform.",
                List.of(
                        "generation: " + published.told() + ", " + published.windows() + " windows learned",
                        "consumption: calculated by " + transferred.by(),
                        "two GRU layers and two fully connected ones; Adam, MSE, batches of 128, 50 epochs each"),
                scores(transferred),
                figures(transferred),
                intervals(transferred));
    }

    private List<Report.Row> scores(Transfer transferred) {
        Score score = Objects.requireNonNull(generation);
        return List.of(
                row("generation, " + EnergyStory.LEARNED_DAYS + " days", score, EnergyStory.REPORTED_GENERATION),
                row(
                        "consumption, transferred, " + EnergyStory.LEARNED_DAYS + " days",
                        transferred.all(),
                        EnergyStory.REPORTED_CONSUMPTION),
                row("consumption, transferred, " + EnergyStory.FEW_DAYS + " days", transferred.few(), Double.NaN),
                row(
                        "consumption, from scratch, " + EnergyStory.LEARNED_DAYS + " days",
                        transferred.allScratch(),
                        Double.NaN),
                row(
                        "consumption, from scratch, " + EnergyStory.FEW_DAYS + " days",
                        transferred.fewScratch(),
                        Double.NaN));
    }

    private static Report.Row row(String model, Score score, double reported) {
        return new Report.Row(model, score.mse(), reported, score.persistence(), score.seasonalNaive());
    }

    private List<Report.Figure> figures(Transfer transferred) {
        List<Report.Figure> figures = new ArrayList<>();
        forecast(
                        "generation",
                        Objects.requireNonNull(generationForecast),
                        truth.generation().getLast().window(now()))
                .ifPresent(figures::add);
        Explained why = Objects.requireNonNull(explained);
        figures.add(new Report.Figure(
                "contributions",
                "DeepLIFT, relative to the mean of the windows that were held back. Together with the forecast of that mean the"
                        + " bars add up to the forecast.",
                new Report.Drawn.Contributions(new ContributionFigure(
                        "What each known hour contributes to the forecast for "
                                + CLOCK.format(why.window()
                                        .start()
                                        .plus(Duration.ofHours(why.hour()))
                                        .atZone(Grid.SITE.zone())),
                        why.window().start().minus(Duration.ofHours(Window.IN)),
                        Grid.SITE.zone(),
                        why.contributions()))));
        JsonNode later = transferred.forecast();
        if (later != null) {
            forecast("consumption", later, truth.consumption().getLast().window(now()))
                    .ifPresent(figures::add);
        }
        figures.add(new Report.Figure(
                "transfer",
                "Mean squared error of consumption, of days that no learner was given.",
                new Report.Drawn.Bars(new BarFigure(
                        "Consumption: with generation's first GRU, frozen, and from scratch",
                        "mean squared error (power 0…1)",
                        4,
                        List.of(
                                bars(EnergyStory.FEW_DAYS, transferred.few(), transferred.fewScratch()),
                                bars(EnergyStory.LEARNED_DAYS, transferred.all(), transferred.allScratch()))))));
        return figures;
    }

    private static Group bars(int days, Score transferred, Score scratch) {
        return new Group(
                "after " + days + " days",
                List.of(
                        new Bar("transferred", transferred.mse()),
                        new Bar("from scratch", scratch.mse()),
                        new Bar("seasonal naive", scratch.seasonalNaive())));
    }

    private static int now() {
        return EnergyStory.LEARNED_DAYS * 24;
    }

    private static java.util.Optional<Report.Figure> forecast(String what, JsonNode answer, Window window) {
        JsonNode series = answer.at("/predictions/0");
        if (series.path("lower").isEmpty()) {
            return java.util.Optional.empty();
        }
        ForecastFigure figure = new ForecastFigure(
                what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1) + ": forecast of the next 24 hours",
                window.start(),
                Grid.SITE.zone(),
                window.input(),
                window.target(),
                numbers(series.path("values")),
                numbers(series.path("lower")),
                numbers(series.path("upper")),
                LEVEL);
        return java.util.Optional.of(new Report.Figure(
                "forecast-" + what,
                String.format(
                        Locale.ROOT,
                        "%.0f %% of these 24 hours lie within their interval. Power below 0 is not drawn.",
                        100 * figure.coverage()),
                new Report.Drawn.Forecast(figure)));
    }

    private List<Report.Interval> intervals(Transfer transferred) {
        List<Report.Interval> intervals =
                new ArrayList<>(intervals("generation", Objects.requireNonNull(generationForecast)));
        JsonNode later = transferred.forecast();
        if (later != null) {
            intervals.addAll(intervals("consumption", later));
        }
        return intervals;
    }

    private static List<Report.Interval> intervals(String model, JsonNode answer) {
        List<Report.Interval> intervals = new ArrayList<>();
        double[] lower = numbers(answer.at("/predictions/0/lower"));
        double[] upper = numbers(answer.at("/predictions/0/upper"));
        JsonNode outputs = answer.at("/intervals/outputs");
        for (int hour = 0; hour < Math.min(lower.length, outputs.size()); hour++) {
            JsonNode output = outputs.get(hour);
            intervals.add(new Report.Interval(
                    model,
                    hour + 1,
                    output.path("method").asString(),
                    output.at("/p_values/shapiro_wilk").asDouble(Double.NaN),
                    output.at("/p_values/anderson_darling").asDouble(Double.NaN),
                    output.at("/p_values/dagostino_pearson").asDouble(Double.NaN),
                    (upper[hour] - lower[hour]) / 2));
        }
        return intervals;
    }

    private static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** @throws NotProved naming the first forecast that is worth less than the obvious */
    void requireBetter() {
        Transfer transferred = Objects.requireNonNull(transfer);
        require("generation", Objects.requireNonNull(generation));
        require("consumption", transferred.all());
        if (transferred.few().mse() >= transferred.fewScratch().mse()) {
            throw new NotProved(String.format(
                    Locale.ROOT,
                    "consumption after %d days: MSE %.4f with the trained network (expected: below %.4f, from scratch)",
                    EnergyStory.FEW_DAYS,
                    transferred.few().mse(),
                    transferred.fewScratch().mse()));
        }
    }

    private static void require(String what, Score score) {
        if (!score.beatsTheObvious()) {
            throw new NotProved(String.format(
                    Locale.ROOT,
                    "%s: MSE %.4f (expected: below persistence, %.4f, and seasonal naive, %.4f)",
                    what,
                    score.mse(),
                    score.persistence(),
                    score.seasonalNaive()));
        }
    }
}
