package io.mlaas.stack.energy;

import io.mlaas.energy.fleet.Device;
import io.mlaas.energy.fleet.Fleet;
import io.mlaas.energy.grid.Grid;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Scenario;
import io.mlaas.stack.demo.Story;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A learner that forecasts the next hour of every meter of a fleet, and what it forecasts of days that it was not given. */
record FleetLearner(PlatformClient client, Story story, Fleet fleet, DriftStory.Size size, Path documents) {
    static final String FORECAST = "forecast";
    static final String BILLED = "billed";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int HOURS = 24;

    String name() throws IOException {
        return document().path("name").asString();
    }

    private ObjectNode document() throws IOException {
        return EnergyPlatform.document(documents.resolve("fleet-learner.json"));
    }

    long teach() throws IOException, InterruptedException {
        ObjectNode document = document();
        EnergyPlatform platform = new EnergyPlatform(client);
        platform.learner(document);
        for (int day = 0; day < size.taught(); day++) {
            JsonNode answer = client.post("/learners/" + name() + "/update", rows(day))
                    .expect(200, 202)
                    .body();
            if (day % 7 == 6) {
                story.show("%d days: %s".formatted(day + 1, answer.path("state").asString()));
            }
        }
        double heldBack = document.at("/update/validation_share").asDouble();
        long rows = (long) size.taught() * HOURS * fleet.devices().size();
        long learned = platform.learned(name(), Math.round(rows * (1 - heldBack)) - 1);
        story.show(String.format(Locale.ROOT, "learned %,d of %,d rows", learned, rows));
        return learned;
    }

    /** How many rows so far. */
    long learned() throws IOException, InterruptedException {
        return new EnergyPlatform(client).progress(name()).path("learned").asLong();
    }

    /** How many, once there are so many. */
    long awaitLearned(long rows) throws IOException, InterruptedException {
        return new EnergyPlatform(client).learned(name(), rows);
    }

    /** From here on every prediction is an event. */
    void tellPredictions() throws IOException, InterruptedException {
        ObjectNode change = JSON.createObjectNode();
        change.putObject("monitoring").put("events", true);
        client.patch("/learners/" + name(), change).expect(200);
    }

    /** What it forecasts of days that it did not learn, beside what was billed then. */
    UUID registerReference(UUID organization, Path folder) throws IOException, InterruptedException {
        StringBuilder csv = new StringBuilder(
                "site,building,device,hour,voltage_deviation,current,%s,%s%n".formatted(FORECAST, BILLED));
        double missed = 0;
        int rows = 0;
        for (int day = size.taught(); day < size.taught() + size.reference(); day++) {
            ObjectNode asked = rows(day);
            JsonNode billed = asked.remove("targets");
            JsonNode forecasts = client.post("/learners/" + name() + "/predict", asked)
                    .expect(200)
                    .body()
                    .path("predictions");
            for (int row = 0; row < forecasts.size(); row++) {
                add(
                        csv,
                        fleet.devices().get(row % fleet.devices().size()),
                        asked.path("instances").get(row));
                double forecast = forecasts.get(row).isArray()
                        ? forecasts.get(row).get(0).asDouble()
                        : forecasts.get(row).asDouble();
                csv.append(',')
                        .append(forecast)
                        .append(',')
                        .append(billed.get(row).asDouble())
                        .append('\n');
                missed += Math.abs(forecast - billed.get(row).asDouble());
                rows++;
            }
        }
        Path file = Files.writeString(folder.resolve("reference.csv"), csv);
        UUID dataset = new Scenario(client, documents).registerDataset(organization, file, "(1,6)", rows);
        story.show(
                String.format(Locale.ROOT, "dataset  %s: %,d rows, mean error %.3f kW", dataset, rows, missed / rows));
        return dataset;
    }

    private static void add(StringBuilder csv, Device device, JsonNode instance) {
        csv.append(device.site())
                .append(',')
                .append(device.building())
                .append(',')
                .append(device.name());
        instance.forEach(value -> csv.append(',').append(value.asString()));
    }

    private ObjectNode rows(int day) {
        return FleetTraffic.rows(fleet.devices(), Grid.START.plus(Duration.ofDays(day)), HOURS);
    }
}
