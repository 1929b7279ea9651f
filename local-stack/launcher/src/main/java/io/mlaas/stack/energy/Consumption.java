package io.mlaas.stack.energy;

import io.mlaas.energy.forecast.Hours;
import io.mlaas.energy.forecast.Rehearsal;
import io.mlaas.energy.forecast.Score;
import io.mlaas.energy.forecast.Window;
import io.mlaas.energy.grid.Grid;
import io.mlaas.stack.demo.Story;
import io.mlaas.stack.energy.EnergyStory.Truth;
import io.mlaas.stack.energy.Findings.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Consumption from a few days: beginning with the network that learned generation, and from scratch beside it. */
record Consumption(EnergyPlatform platform, Story story, Path documents, Duration block) {
    private static final String TRANSFERRED = "energy-consumption";
    private static final String SCRATCH = "energy-consumption-from-scratch";
    private static final List<String> FROZEN = List.of("gru_1");
    private static final int HELD_BACK_EVERY = 11;
    private static final Duration REGISTERED_WITHIN = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(500);

    Transfer learn(MeterConnection meters, Truth truth) throws Exception {
        Optional<String> registered = registeredModel();
        Transfer transfer =
                registered.isPresent() && begin(registered.get()) ? onThePlatform(meters, truth) : calculated(truth);
        show(EnergyStory.FEW_DAYS, transfer.few(), transfer.fewScratch());
        show(EnergyStory.LEARNED_DAYS, transfer.all(), transfer.allScratch());
        EnergyStory.show(story, "consumption", transfer.all(), EnergyStory.REPORTED_CONSUMPTION);
        return transfer;
    }

    private void show(int days, Score transferred, Score scratch) {
        story.show(String.format(
                Locale.ROOT,
                "after %2d days: MSE %.4f transferred, %.4f from scratch",
                days,
                transferred.mse(),
                scratch.mse()));
    }

    /** The latest snapshot of generation, once it is a model of the registry and on the chain. */
    private Optional<String> registeredModel() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + REGISTERED_WITHIN.toNanos();
        while (true) {
            Optional<JsonNode> latest = platform.snapshots(EnergyStory.GENERATION).stream()
                    .filter(snapshot -> snapshot.path("outcome").asString().equals("TAKEN"))
                    .max(Comparator.comparingLong(
                            snapshot -> snapshot.path("number").asLong()));
            Optional<String> model = latest.filter(
                            snapshot -> snapshot.path("model_id").isString())
                    .map(snapshot -> snapshot.path("model_id").asString());
            if (model.isPresent() && platform.isTrained(model.get())) {
                return model;
            }
            boolean awaited = latest.isPresent() && latest.get().has("registration");
            if (!awaited || System.nanoTime() > deadline) {
                return Optional.empty();
            }
            Thread.sleep(POLL);
        }
    }

    /** Makes both learners, if the platform lets one begin with a model of the registry. */
    private boolean begin(String model) throws IOException, InterruptedException {
        ObjectNode document = EnergyPlatform.document(documents.resolve("consumption.json"));
        ObjectNode begun = document.deepCopy().put("name", TRANSFERRED).put("model_id", model);
        ObjectNode settings = (ObjectNode) begun.path("configuration");
        settings.remove("network");
        FROZEN.forEach(settings.withArray("freeze")::add);
        if (!platform.learnerIfTaken(begun)) {
            return false;
        }
        platform.learner(document.put("name", SCRATCH));
        story.show("begins with model " + model + ", " + FROZEN.getFirst() + " frozen");
        return true;
    }

    private Transfer onThePlatform(MeterConnection meters, Truth truth) throws Exception {
        List<Window> unseen = Truth.unseen(truth.consumption());
        Duration few = Duration.ofDays(EnergyStory.FEW_DAYS);
        publish(meters, truth, Grid.START, few);
        Score fewTransferred = score(TRANSFERRED, unseen);
        Score fewScratch = score(SCRATCH, unseen);
        publish(
                meters,
                truth,
                Grid.START.plus(few),
                Duration.ofDays(EnergyStory.LEARNED_DAYS).minus(few));
        JsonNode forecast = platform.forecast(
                TRANSFERRED, Grid.START.plus(Duration.ofDays(EnergyStory.LEARNED_DAYS)), progress -> {});
        return new Transfer(
                fewTransferred,
                fewScratch,
                score(TRANSFERRED, unseen),
                score(SCRATCH, unseen),
                forecast,
                "learners of the platform");
    }

    private void publish(MeterConnection meters, Truth truth, Instant from, Duration length) throws Exception {
        new Publishing(platform, story, block)
                .publish(meters, truth.grid().consumption(), from, length, List.of(TRANSFERRED, SCRATCH));
    }

    private Score score(String learner, List<Window> unseen) throws IOException, InterruptedException {
        return Score.of(unseen, platform.predict(learner, unseen, Grid.CONSUMPTION_KW), Grid.CONSUMPTION_KW);
    }

    /** Where the platform cannot: the same with the platform's library, in this process. */
    private Transfer calculated(Truth truth) throws IOException {
        story.show(
                "the platform lets no learner begin with generation's network yet: what follows is calculated by the demo");
        ObjectNode settings = settings("generation.json");
        try (Rehearsal generation = fresh(settings, Grid.GENERATION_KW)) {
            generation.learn(Hours.windows(truth.generation(), 0, EnergyStory.LEARNED_DAYS * 24));
            ObjectNode own = settings("consumption.json");
            try (Rehearsal scratch = fresh(own, Grid.CONSUMPTION_KW);
                    Rehearsal transferred = Rehearsal.from(
                            generation.archive(), FROZEN, own, Grid.CONSUMPTION_KW, batch(), HELD_BACK_EVERY)) {
                Score[] few = learned(truth, 0, EnergyStory.FEW_DAYS, transferred, scratch);
                Score[] all = learned(truth, EnergyStory.FEW_DAYS, EnergyStory.LEARNED_DAYS, transferred, scratch);
                return new Transfer(few[0], few[1], all[0], all[1], null, "the demo, with the platform's library");
            }
        }
    }

    private ObjectNode settings(String file) throws IOException {
        return (ObjectNode) EnergyPlatform.document(documents.resolve(file)).path("configuration");
    }

    private int batch() throws IOException {
        return EnergyPlatform.document(documents.resolve("consumption.json"))
                .at("/update/batch_size")
                .asInt();
    }

    private Rehearsal fresh(ObjectNode settings, double scale) throws IOException {
        return Rehearsal.fresh(settings, scale, batch(), HELD_BACK_EVERY);
    }

    private static Score[] learned(Truth truth, int fromDay, int toDay, Rehearsal... learners) {
        // a window is complete with its last hour to forecast
        int first = Math.max(0, fromDay * 24 - Window.OUT + 1);
        List<Window> unseen = Truth.unseen(truth.consumption());
        Score[] scores = new Score[learners.length];
        for (int i = 0; i < learners.length; i++) {
            learners[i].learn(Hours.windows(truth.consumption(), first, toDay * 24));
            scores[i] = Score.of(unseen, learners[i].predict(unseen), Grid.CONSUMPTION_KW);
        }
        return scores;
    }
}
