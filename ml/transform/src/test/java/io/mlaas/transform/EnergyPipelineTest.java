package io.mlaas.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.transform.payload.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pipeline of the README, fed as a meter would. */
class EnergyPipelineTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int STEP_SECONDS = 60;

    private final Transformer transformer = Transformer.of(readme());

    @Test
    void describesWhatALearnerGetsAndGives() {
        Description description = transformer.describe();

        assertThat(description.input().shape()).containsExactly(36, 1);
        assertThat(description.input().features().getFirst().unit()).isEqualTo("1");
        assertThat(description.target().shape()).containsExactly(24, 1);
        assertThat(description.predictions()).containsExactly(new Description.Feature("power", "kW", List.of()));
        assertThat(description.period()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void makesWindowsOfScaledHourlyMeansFromVoltageAndCurrent() {
        List<Sample> samples = new ArrayList<>();
        feed(transformer, "pmu-1", 0, 62, samples);

        List<Sample> training = samples.stream().filter(Sample::training).toList();
        List<Sample> predicting =
                samples.stream().filter(sample -> !sample.training()).toList();
        // 61 hours are closed: 61 - 36 + 1 windows to predict from, 61 - 60 + 1 to train on
        assertThat(predicting).hasSize(26);
        assertThat(training).hasSize(2);
        assertThat(training.getFirst().input()).hasSize(36);
        for (int hour = 0; hour < 36; hour++) {
            assertThat(training.getFirst().input()[hour]).isCloseTo(kilowatts(hour) / 20, within(1e-12));
        }
        assertThat(training.getFirst().target()).hasSize(24);
        assertThat(training.getFirst().target()[23]).isCloseTo(kilowatts(59) / 20, within(1e-12));
        assertThat(training.getFirst().time()).isEqualTo(START.plus(Duration.ofHours(35)));
    }

    @Test
    void takesAPredictionBackToKilowattsAndTheirHours() {
        List<Sample> samples = new ArrayList<>();
        feed(transformer, "pmu-1", 0, 40, samples);
        double[] scaled = new double[24];
        scaled[0] = 0.5;
        scaled[23] = 1;

        Prediction prediction = transformer.inverse(samples.getLast(), scaled);

        assertThat(prediction.source()).isEqualTo("pmu-1");
        Prediction.Series power = prediction.series().getFirst();
        assertThat(power.unit()).isEqualTo("kW");
        assertThat(power.values().getFirst()).isEqualTo(10.0);
        assertThat(power.values().getLast()).isEqualTo(20.0);
        assertThat(power.times().getFirst()).isEqualTo(START.plus(Duration.ofHours(39)));
        assertThat(power.times().getLast()).isEqualTo(START.plus(Duration.ofHours(62)));
    }

    @Test
    void takesWindowsThatAClientHoldsReady() {
        byte[] before = transformer.writeState();
        double[] kilowatts = new double[36];
        kilowatts[35] = 5;
        double[] later = new double[24];
        later[0] = 10;

        Sample sample = transformer.sample("client", START, kilowatts, later);

        assertThat(sample.input()[35]).isEqualTo(.25);
        assertThat(sample.target()).startsWith(.5, 0);
        assertThat(transformer.sample("client", START, kilowatts, null).training())
                .isFalse();
        assertThat(transformer
                        .inverse(sample, sample.target())
                        .series()
                        .getFirst()
                        .values()
                        .getFirst())
                .isEqualTo(10);
        assertThat(transformer.describe().givens()).containsExactly(new Description.Feature("power", "kW", List.of()));
        assertThat(transformer.writeState()).isEqualTo(before);
        assertThatThrownBy(() -> transformer.sample("client", START, later, null))
                .hasMessage("input: 24 numbers (expected: 36)");
    }

    @Test
    void goesOnFromItsStateAsIfItHadNeverStopped() {
        Transformer whole = Transformer.of(readme());
        List<Sample> all = new ArrayList<>();
        feed(whole, "pmu-1", 0, 70, all);
        feed(whole, "pmu-2", 0, 70, all);

        List<Sample> halves = new ArrayList<>();
        feed(transformer, "pmu-1", 0, 70, halves);
        feed(transformer, "pmu-2", 0, 41, halves);
        Transformer second = Transformer.of(readme());
        second.restore(transformer.writeState());
        feed(second, "pmu-2", 41, 70, halves);

        assertThat(second.writeState()).isEqualTo(whole.writeState());
        assertThat(halves).usingRecursiveComparison().isEqualTo(all);
    }

    @Test
    void rejectsWhatADeviceSentWronglyAndGoesOn() {
        assertThat(transformer
                        .accept(message("pmu-1", "{\"meter\": \"pmu-1\", "))
                        .rejections()
                        .getFirst()
                        .reason())
                .startsWith("payload: Unexpected end-of-input");
        assertThat(transformer
                        .accept(message("pmu-1", "{\"meter\":\"a\",\"time\":\"2026-03-01T00:00:00Z\"}"))
                        .rejections())
                .containsExactly(new Rejection("a", "$.voltage[0]: missing (expected: a number)"));
        assertThat(transformer
                        .accept(message("x", reading("a", START, 99_999)))
                        .rejections()
                        .getFirst()
                        .reason())
                .isEqualTo("$.voltage[0]: 99999.0 (expected: 0.0 to 1000.0)");
        List<Sample> samples = new ArrayList<>();
        feed(transformer, "pmu-1", 0, 40, samples);
        assertThat(samples).isNotEmpty();
    }

    @Test
    void fillsAShortGapAndBreaksTheWindowAtALongOne() {
        List<Sample> samples = new ArrayList<>();
        feed(transformer, "pmu-1", 0, 30, samples);
        feed(transformer, "pmu-1", 33, 38, samples);
        assertThat(samples).hasSize(2);
        double[] input = samples.getFirst().input();
        assertThat(input[31] * 20).isCloseTo(kilowatts(29) + (kilowatts(33) - kilowatts(29)) * 2 / 4, within(1e-12));

        feed(transformer, "pmu-1", 48, 80, samples);
        assertThat(samples).hasSize(3);
        assertThat(transformer.dropped()).containsEntry("window broken by a gap", 1L);
    }

    private static void feed(Transformer transformer, String meter, int fromHour, int toHour, List<Sample> samples) {
        for (int second = fromHour * 3600; second < toHour * 3600; second += STEP_SECONDS) {
            Instant time = START.plusSeconds(second);
            double volts = 1000 * kilowatts(second / 3600) / 3 / 10;
            Outcome outcome = transformer.accept(message("topic", reading(meter, time, volts)));
            assertThat(outcome.rejections()).isEmpty();
            samples.addAll(outcome.samples());
        }
    }

    private static double kilowatts(int hour) {
        return 4 + 3 * Math.sin(2 * Math.PI * hour / 24);
    }

    private static String reading(String meter, Instant time, double volts) {
        return """
                {"meter": "%s", "time": "%s", "voltage": [%s, %s, %s], "current": [10, 10.0, 10]}""".formatted(meter, time, volts, volts, volts);
    }

    private static Message message(String source, String json) {
        return Message.of(source, START.plus(Duration.ofDays(30)), json.getBytes(UTF_8));
    }

    private static String readme() {
        try {
            String readme = Files.readString(Path.of("README.md"));
            int from = readme.indexOf("```json\n") + 8;
            return readme.substring(from, readme.indexOf("```", from));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
