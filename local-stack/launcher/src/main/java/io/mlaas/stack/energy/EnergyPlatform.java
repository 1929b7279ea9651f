package io.mlaas.stack.energy;

import io.mlaas.energy.forecast.Window;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.demo.PlatformClient.UnexpectedAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests of the energy scenario, each as a user of the platform would make it. */
final class EnergyPlatform {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LEARNING_MAY_STAND_STILL = Duration.ofMinutes(5);

    private final PlatformClient platform;

    EnergyPlatform(PlatformClient platform) {
        this.platform = platform;
    }

    /** What a device connects with. */
    record Credential(String deviceId, String userName, String password) {
        @Override
        public String toString() {
            return "Credential[userName=" + userName + ", password=…]";
        }
    }

    /** A new device; one of the same name from an earlier run is revoked. */
    Credential device(String name) throws IOException, InterruptedException {
        for (JsonNode known :
                platform.get("/devices?limit=200").expect(200).body().path("items")) {
            if (known.path("name").asString().equals(name)) {
                revoke(known.path("device_id").asString());
            }
        }
        JsonNode issued = platform.post("/devices", JSON.createObjectNode().put("name", name))
                .expect(201)
                .body();
        return new Credential(
                issued.path("device_id").asString(),
                issued.path("user_name").asString(),
                issued.path("password").asString());
    }

    void revoke(String deviceId) throws IOException, InterruptedException {
        platform.delete("/devices/" + deviceId).expect(204, 200);
    }

    static ObjectNode document(Path file) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(file));
    }

    /** A new learner; one of the same name from an earlier run is deleted with all that it learned. */
    void learner(ObjectNode document) throws IOException, InterruptedException {
        platform.delete("/learners/" + document.path("name").asString()).expect(204, 200, 404);
        platform.post("/learners", document).expect(201);
    }

    /** The same, unless the platform refuses the document. */
    boolean learnerIfTaken(ObjectNode document) throws IOException, InterruptedException {
        platform.delete("/learners/" + document.path("name").asString()).expect(204, 200, 404);
        return platform.post("/learners", document).expect(201, 400, 422).status() == 201;
    }

    JsonNode progress(String learner) throws IOException, InterruptedException {
        return platform.get("/learners/" + learner).expect(200).body().path("progress");
    }

    /** How many rows a learner has learned, once these are so many. */
    long learned(String learner, long rows) throws IOException, InterruptedException {
        long before = -1;
        long deadline = System.nanoTime() + LEARNING_MAY_STAND_STILL.toNanos();
        while (System.nanoTime() < deadline) {
            long now = progress(learner).path("learned").asLong();
            if (now >= rows) {
                return now;
            }
            if (now != before) {
                before = now;
                deadline = System.nanoTime() + LEARNING_MAY_STAND_STILL.toNanos();
            }
            Thread.sleep(POLL);
        }
        throw new UnexpectedAnswer("%s: %d rows learned, and no more for %d min (expected: %d)"
                .formatted(learner, before, LEARNING_MAY_STAND_STILL.toMinutes(), rows));
    }

    List<JsonNode> snapshots(String learner) throws IOException, InterruptedException {
        JsonNode answer = platform.get("/learners/" + learner + "/snapshots?limit=200")
                .expect(200)
                .body();
        JsonNode items = answer.isArray() ? answer : answer.path("items");
        return StreamSupport.stream(items.spliterator(), false).toList();
    }

    /** Whether a model of the registry can be begun with. */
    boolean isTrained(String model) throws IOException, InterruptedException {
        return platform.get("/model/" + model + "/status")
                .expect(200)
                .body()
                .path("status")
                .asString()
                .equals("TRAINED");
    }

    /** The latest forecast from messages, once it begins with an hour: then all that was published is learned. */
    JsonNode forecast(String learner, Instant start, Consumer<JsonNode> progress)
            throws IOException, InterruptedException {
        ObjectNode latest = JSON.createObjectNode();
        latest.putArray("instances");
        long deadline = System.nanoTime() + LEARNING_MAY_STAND_STILL.toNanos();
        JsonNode before = JSON.createObjectNode();
        while (System.nanoTime() < deadline) {
            Answer answer = platform.post("/learners/" + learner + "/predict", latest);
            JsonNode begins = answer.body().at("/predictions/0/times/0");
            if (begins.isString() && !Instant.parse(begins.asString()).isBefore(start)) {
                return answer.body();
            }
            JsonNode now = progress(learner);
            progress.accept(now);
            if (!now.equals(before)) {
                before = now;
                deadline = System.nanoTime() + LEARNING_MAY_STAND_STILL.toNanos();
            }
            Thread.sleep(POLL);
        }
        throw new UnexpectedAnswer("%s: no forecast that begins at %s, and nothing learned for %d min"
                .formatted(learner, start, LEARNING_MAY_STAND_STILL.toMinutes()));
    }

    /** What a learner forecasts from windows, in kW; it is given and gives powers scaled by {@code scale} kW to 0…1. */
    List<double[]> predict(String learner, List<Window> windows, double scale)
            throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode();
        ArrayNode instances = request.putArray("instances");
        windows.forEach(window -> tensor(instances.addArray(), window.input(), scale));
        JsonNode predictions = platform.post("/learners/" + learner + "/predict", request)
                .expect(200)
                .body()
                .path("predictions");
        List<double[]> forecasts = new ArrayList<>();
        predictions.forEach(prediction -> forecasts.add(StreamSupport.stream(prediction.spliterator(), false)
                .mapToDouble(value -> value.asDouble() * scale)
                .toArray()));
        return forecasts;
    }

    /** What the hours of a window contribute to the forecast of one hour, counted from 0, in kW. */
    double[] explain(String learner, Window window, int hour, double scale) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode();
        tensor(request.putArray("instances").addArray(), window.input(), scale);
        JsonNode output = platform.post("/learners/" + learner + "/explain", request.put("target", hour))
                .expect(200)
                .body()
                .at("/explanations/0/outputs/0");
        JsonNode steps = output.path("steps").iterator().next();
        return StreamSupport.stream(steps.spliterator(), false)
                .mapToDouble(step -> scale
                        * (step.path("positive").asDouble()
                                + step.path("negative").asDouble()))
                .toArray();
    }

    /** A row of the tensor for each hour. */
    private static void tensor(ArrayNode rows, double[] kilowatts, double scale) {
        for (double value : kilowatts) {
            rows.addArray().add(value / scale);
        }
    }
}
