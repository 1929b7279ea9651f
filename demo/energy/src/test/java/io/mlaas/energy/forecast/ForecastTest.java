package io.mlaas.energy.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.grid.Payloads;
import io.mlaas.transform.Sample;
import io.mlaas.transform.Transformer;
import io.mlaas.transform.payload.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The documents of the demo, on a smaller grid: the pipeline gives what the grid made, and a network learns from it. */
class ForecastTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static JsonNode document(String name) throws IOException {
        return JSON.readTree(Files.readString(Path.of(name + ".json")));
    }

    @Test
    void thePipelineGivesTheHoursThatTheMeterSaw() throws IOException {
        for (String name : List.of("generation", "consumption")) {
            Grid grid = Grid.simulated(3, 2);
            Meter meter = (name.equals("generation") ? grid.generation() : grid.consumption()).getLast();
            double scale = name.equals("generation") ? Grid.GENERATION_KW : Grid.CONSUMPTION_KW;
            Transformer transformer =
                    Transformer.of(document(name).path("transformer").toString());
            List<Sample> samples = new ArrayList<>();
            Duration block = Duration.ofMinutes(10);
            for (Instant at = Grid.START; at.isBefore(Grid.START.plus(Duration.ofHours(61))); at = at.plus(block)) {
                // a reading a minute is enough here
                Meter slow = new Meter(meter.topic(), meter.power(), meter.powerFactor(), 60, meter.noise());
                byte[] payload = Payloads.json(slow.read(at, block));
                var outcome = transformer.accept(Message.of(meter.topic(), Instant.now(), payload));
                assertThat(outcome.rejections()).isEmpty();
                samples.addAll(outcome.samples());
            }

            Window window = Hours.seen(meter, Grid.START, 60, 60).window(36);
            Sample training =
                    samples.stream().filter(Sample::training).findFirst().orElseThrow();
            assertThat(scaled(training.input(), scale)).containsExactly(window.input(), within(1e-9));
            assertThat(scaled(training.target(), scale)).containsExactly(window.target(), within(1e-9));
        }
    }

    private static double[] scaled(double[] values, double scale) {
        return Arrays.stream(values).map(value -> value * scale).toArray();
    }

    @Test
    void aShortTrainingBeatsPersistenceAndItsNetworkHelpsAnotherOne() throws IOException {
        ObjectNode settings = (ObjectNode) document("generation").path("configuration");
        Grid grid = Grid.simulated(11, 2);
        List<Hours> plants = hours(grid.generation());
        List<Hours> sites = hours(grid.consumption().subList(0, 2));
        List<Window> unseen = Hours.windows(plants, 8 * 24, 11 * 24);
        try (Rehearsal generation = Rehearsal.fresh(settings.put("epochs", 12), Grid.GENERATION_KW, 64, 10)) {
            generation.learn(Hours.windows(plants, 0, 8 * 24));

            Score score = Score.of(unseen, generation.predict(unseen), Grid.GENERATION_KW);
            assertThat(score.mse()).isLessThan(0.6 * score.persistence());
            transfer(sites, generation.archive());
        }
    }

    private static void transfer(List<Hours> sites, byte[] archive) throws IOException {
        ObjectNode settings = (ObjectNode) document("consumption").path("configuration");
        List<Window> unseen = Hours.windows(sites, 8 * 24, 11 * 24);
        List<Window> few = Hours.windows(sites, 0, 5 * 24);
        try (Rehearsal scratch = Rehearsal.fresh(settings.put("epochs", 25), Grid.CONSUMPTION_KW, 64, 10);
                Rehearsal transferred =
                        Rehearsal.from(archive, List.of("gru_1"), settings, Grid.CONSUMPTION_KW, 64, 10)) {
            for (Rehearsal learner : List.of(scratch, transferred)) {
                learner.learn(few);
                learner.learnWaiting();
            }

            double fromScratch = Score.of(unseen, scratch.predict(unseen), Grid.CONSUMPTION_KW)
                    .mse();
            assertThat(Score.of(unseen, transferred.predict(unseen), Grid.CONSUMPTION_KW)
                            .mse())
                    .isLessThan(fromScratch);
        }
    }

    private static List<Hours> hours(List<Meter> meters) {
        return meters.stream()
                .map(meter -> Hours.seen(meter, Grid.START, 11 * 24, 300))
                .toList();
    }

    @Test
    void theObviousForecastsAreWhatTheyAre() {
        double[] kilowatts = new double[60];
        Arrays.setAll(kilowatts, hour -> hour % 24);
        Window window = new Hours(Grid.START, kilowatts).window(36);

        Score score = Score.of(List.of(window), List.of(window.target()), 24);

        assertThat(window.persistence()).containsOnly(11);
        assertThat(window.seasonalNaive()).containsExactly(window.target());
        assertThat(score.mse()).isZero();
        assertThat(score.seasonalNaive()).isZero();
        // Σ (hour - 11)² / 24 of the 24 hours of a day, scaled by 24²
        assertThat(score.persistence()).isCloseTo(1156.0 / 24 / 576, within(1e-12));
        assertThat(score.beatsTheObvious()).isFalse();
    }
}
