package io.mlaas.stack.energy;

import io.mlaas.energy.forecast.Hours;
import io.mlaas.energy.forecast.Score;
import io.mlaas.energy.forecast.Window;
import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Story;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The energy scenario: meters publish days of voltage and current, a network learns generation as they arrive and forecasts
 * the next day, its first layer helps another one to learn consumption from a few days.
 *
 * @param client of the platform's REST API
 * @param broker address of the MQTT broker
 * @param documents the folder with {@code generation.json} and {@code consumption.json}
 * @param block how much time of readings a message holds
 * @param report where pictures and page go
 */
public record EnergyStory(
        PlatformClient client, Story story, String broker, Path documents, long seed, Duration block, Path report) {
    public static final int STEPS = 7;
    static final String GENERATION = "energy-generation";
    static final int DAYS = 20;
    static final int LEARNED_DAYS = 15;
    static final int FEW_DAYS = 5;
    static final double REPORTED_GENERATION = 0.009;
    static final double REPORTED_CONSUMPTION = 0.012;
    private static final int LOOKED_AT_EVERY = 10;

    /** A step found something else than it had to prove. */
    public static final class NotProved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotProved(String message) {
            super(message);
        }
    }

    /** What was simulated, as the meters saw it hour by hour. */
    record Truth(Grid grid, List<Hours> generation, List<Hours> consumption) {
        /** The windows whose forecast lies in the days that nobody is given. */
        static List<Window> unseen(List<Hours> hours) {
            return Hours.windows(hours, LEARNED_DAYS * 24, DAYS * 24);
        }
    }

    private EnergyPlatform platform() {
        return new EnergyPlatform(client);
    }

    /** @return the page of the report */
    public Path run(UUID organization) throws Exception {
        Truth truth = story.step(
                "Simulate %d days of a grid: two plants, four sites of households".formatted(DAYS),
                "the same grid for the same seed, on this machine and any other",
                this::simulate);
        EnergyPlatform.Credential device = story.step(
                "Make a device and a learner",
                "the platform took its document; the device has its own password",
                this::prepare);
        try (MeterConnection meters = new MeterConnection(broker, device, organization)) {
            Findings findings = new Findings(truth);
            story.step(
                    "Publish %d days of generation over MQTT; the learner learns as they arrive"
                            .formatted(LEARNED_DAYS),
                    "every message was taken at QoS 1, and all of it is learned",
                    () -> publishGeneration(meters, truth, findings));
            story.step(
                    "Forecast the %d days that it was not given".formatted(DAYS - LEARNED_DAYS),
                    "it misses less than saying the last hour, or the same hour of yesterday, again",
                    () -> judgeGeneration(truth, findings));
            story.step(
                    "Ask why: which hours made the forecast of the best hour",
                    "every hour that was known has its share, for or against",
                    () -> explain(truth, findings));
            story.step(
                    "Learn consumption from a few days, with and without what was learned of generation",
                    "with the generation network's first GRU, frozen, it misses less",
                    () -> learnConsumption(meters, truth, findings));
            platform().revoke(device.deviceId());
            return story.step(
                    "Draw what came of it",
                    "forecasts are better than the obvious, and the few days were enough with a trained network",
                    () -> {
                        Path page = findings.report().write(report);
                        findings.requireBetter();
                        return page;
                    });
        }
    }

    private Truth simulate() {
        Grid grid = Grid.simulated(DAYS + 1, seed);
        Truth truth = new Truth(grid, hours(grid.generation()), hours(grid.consumption()));
        story.show("generation   " + topics(grid.generation()));
        story.show("consumption  " + topics(grid.consumption()));
        return truth;
    }

    private static List<Hours> hours(List<Meter> meters) {
        return meters.stream()
                .map(meter -> Hours.seen(meter, Grid.START, DAYS * 24, LOOKED_AT_EVERY))
                .toList();
    }

    private static String topics(List<Meter> meters) {
        return String.join("  ", meters.stream().map(Meter::topic).toList());
    }

    private EnergyPlatform.Credential prepare() throws IOException, InterruptedException {
        ObjectNode generation = EnergyPlatform.document(documents.resolve("generation.json"));
        platform().learner(generation);
        EnergyPlatform.Credential device = platform().device("energy-demo-meters");
        story.show("device   " + device.userName());
        story.show("learner  " + generation.path("name").asString());
        return device;
    }

    private boolean publishGeneration(MeterConnection meters, Truth truth, Findings findings) throws Exception {
        Duration length = Duration.ofDays(LEARNED_DAYS);
        String published = new Publishing(platform(), story, block)
                .publish(meters, truth.grid().generation(), Grid.START, length, List.of(GENERATION));
        findings.generationForecast = platform().forecast(GENERATION, Grid.START.plus(length), still -> {});
        JsonNode progress = platform().progress(GENERATION);
        findings.generationPublished =
                new Findings.Published(published, progress.path("learned").asLong());
        story.show("learned %d windows in %d updates, %d messages rejected"
                .formatted(
                        progress.path("learned").asLong(),
                        progress.path("updates").asLong(),
                        progress.path("rejected").asLong()));
        return true;
    }

    private Score judgeGeneration(Truth truth, Findings findings) throws IOException, InterruptedException {
        List<Window> unseen = Truth.unseen(truth.generation());
        Score score = Score.of(unseen, platform().predict(GENERATION, unseen, Grid.GENERATION_KW), Grid.GENERATION_KW);
        findings.generation = score;
        show(story, "generation", score, REPORTED_GENERATION);
        return score;
    }

    static void show(Story story, String what, Score score, double reported) {
        story.show(String.format(
                Locale.ROOT,
                "%s: validation MSE %.4f (reported %.3f; persistence %.4f, seasonal naive %.4f; %d windows)",
                what,
                score.mse(),
                reported,
                score.persistence(),
                score.seasonalNaive(),
                score.windows()));
    }

    private Findings.Transfer learnConsumption(MeterConnection meters, Truth truth, Findings findings)
            throws Exception {
        Findings.Transfer transfer = new Consumption(platform(), story, documents, block).learn(meters, truth);
        findings.transfer = transfer;
        return transfer;
    }

    private boolean explain(Truth truth, Findings findings) throws IOException, InterruptedException {
        Window window = truth.generation().getFirst().window(LEARNED_DAYS * 24);
        double[] forecast = platform()
                .predict(GENERATION, List.of(window), Grid.GENERATION_KW)
                .getFirst();
        int best = 0;
        for (int hour = 1; hour < forecast.length; hour++) {
            best = forecast[hour] > forecast[best] ? hour : best;
        }
        double[] contributions = platform().explain(GENERATION, window, best, Grid.GENERATION_KW);
        findings.explained = new Findings.Explained(window, best, contributions);
        int largest = 0;
        for (int hour = 1; hour < contributions.length; hour++) {
            largest = Math.abs(contributions[hour]) > Math.abs(contributions[largest]) ? hour : largest;
        }
        story.show(String.format(
                Locale.ROOT,
                "%.1f kW at %s, most of all because of %s (%+.2f kW)",
                forecast[best],
                window.start().plus(Duration.ofHours(best)),
                window.start().minus(Duration.ofHours((long) Window.IN - largest)),
                contributions[largest]));
        return true;
    }
}
