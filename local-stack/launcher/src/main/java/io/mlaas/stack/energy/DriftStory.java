package io.mlaas.stack.energy;

import io.mlaas.energy.fleet.Device;
import io.mlaas.energy.fleet.Fault;
import io.mlaas.energy.fleet.Fleet;
import io.mlaas.energy.grid.Grid;
import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.Story;
import io.mlaas.stack.energy.MonitorPlatform.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The energy scenario with a whole fleet, watched by a monitor: normal days, a day on which three meters fail, and days on
 * which all households need more. What the monitor must say, and have done, in each case is checked.
 *
 * @param client of the platform's REST API
 * @param documents the folder with {@code fleet-learner.json} and {@code fleet-monitor.json}
 * @param report where the monitor's reports go, as pages
 */
public record DriftStory(PlatformClient client, Story story, Path documents, Size size, long seed, Path report) {
    public static final int STEPS = 8;
    private static final double LITTLE_MORE = 1.3;
    private static final double MUCH_LESS = 0.8;

    /**
     * How large the scenario is.
     *
     * @param taught days that the learner learns before it is watched
     * @param reference days after them, of which the monitor's reference is
     */
    public record Size(int devices, int taught, int reference) {
        public static Size of(int devices) {
            return new Size(devices, 14, 7);
        }

        Instant watched() {
            return Grid.START.plus(Duration.ofDays(taught + reference));
        }
    }

    /** Days of the story, counted from the first that is watched. A window closes a day after its own is over. */
    private enum Day {
        NORMAL,
        NORMAL_TOO,
        METERS_FAIL,
        REPAIRED,
        HEAT_PUMPS,
        HEAT_PUMPS_STILL,
        LEARNED,
        LEARNED_TOO,
        OVER;

        @SuppressWarnings("EnumOrdinal") // they follow one another as they stand here
        Instant from(Size size) {
            return size.watched().plus(Duration.ofDays(ordinal()));
        }
    }

    /** What is there once it is prepared. */
    private record Watched(String monitor, FleetTraffic traffic) {}

    private MonitorPlatform platform() {
        return new MonitorPlatform(client);
    }

    /** @return the folder with the reports */
    public Path run(UUID organization) throws Exception {
        Files.createDirectories(report);
        Fleet fleet = story.step(
                "Simulate a fleet: %d meters in 5 sites with 2 buildings each".formatted(size.devices()),
                "the same fleet for the same seed",
                this::simulate);
        FleetLearner learner = new FleetLearner(client, story, fleet, size, documents);
        story.step(
                "Have a learner learn %d days of them".formatted(size.taught()),
                "it has learned every row but those that it holds back",
                learner::teach);
        UUID reference = story.step(
                "Register the %d days after them as the reference".formatted(size.reference()),
                "the dataset is anchored on the chain",
                () -> learner.registerReference(organization, report));
        Watched watched = story.step(
                "Make a monitor",
                "the platform took its document and has read the reference",
                () -> watch(fleet, learner, reference));
        story.step("Normal days", "nothing drifted, nobody was alarmed", () -> normal(watched));
        story.step(
                "Three of %d meters fail: one is stuck, one drifts, one tells milliamperes".formatted(size.devices()),
                "the report names these three and says check the sensors; no retraining was requested",
                () -> metersFail(fleet, watched));
        story.step(
                "All households get heat pumps",
                "the report says retrain; one retraining was requested, and it ended well",
                () -> loadChanges(watched, learner));
        return story.step(
                "The days after",
                "the errors are small again; retraining was requested once, and held back afterwards",
                () -> after(watched));
    }

    private Fleet simulate() {
        Fleet fleet = Fleet.simulated(size.devices(), Day.HEAT_PUMPS.from(size), seed);
        story.show(fleet.devices().getFirst().path() + " to "
                + fleet.devices().getLast().path());
        return fleet;
    }

    private Watched watch(Fleet fleet, FleetLearner learner, UUID reference) throws Exception {
        ObjectNode document = EnergyPlatform.document(documents.resolve("fleet-monitor.json"));
        document.putObject("reference")
                .put("dataset_id", reference.toString())
                .putArray("predictions")
                .add(FleetLearner.FORECAST);
        ((ObjectNode) document.path("reference")).putArray("targets").add(FleetLearner.BILLED);
        String monitor = platform().monitor(document);
        learner.tellPredictions();
        story.show("monitor  " + monitor);
        return new Watched(monitor, new FleetTraffic(client, story, fleet, learner.name(), size.watched()));
    }

    private boolean normal(Watched watched) throws Exception {
        pass(watched, Day.METERS_FAIL);
        requireQuiet(watched, Day.NORMAL);
        return true;
    }

    private boolean metersFail(Fleet fleet, Watched watched) throws Exception {
        Map<String, Device> failing = new TreeMap<>();
        Instant since = Day.METERS_FAIL.from(size);
        int number = 0;
        for (Fault fault : List.of(Fault.stuck(since), Fault.drifting(since), Fault.inMilliamperes(since))) {
            Device device = fleet.devices().get(fleet.devices().size() * (2 * number + 1) / 6);
            failing.put(device.path(), device);
            watched.traffic().fail(device, fault);
            number++;
        }
        story.show("from %s on: %s".formatted(since, String.join(", ", failing.keySet())));
        watched.traffic().until(Day.REPAIRED.from(size), watched.monitor());
        watched.traffic().repair();
        pass(watched, Day.HEAT_PUMPS);

        requireQuiet(watched, Day.NORMAL_TOO);
        Said said = said(watched, Day.METERS_FAIL);
        require(
                said.recommendation().equals("check_sensors"),
                "the report says %s (expected: check_sensors)",
                said.recommendation());
        require(
                said.sensors().equals(List.copyOf(failing.keySet())),
                "the report names %s (expected: %s)",
                said.sensors(),
                failing.keySet());
        requireVerdict(watched, Day.METERS_FAIL, "triage");
        platform().page(watched.monitor(), Day.METERS_FAIL.from(size), report.resolve("meters-fail.html"));
        return true;
    }

    private boolean loadChanges(Watched watched, FleetLearner learner) throws Exception {
        long taught = learner.learned();
        pass(watched, Day.LEARNED);
        requireQuiet(watched, Day.REPAIRED);
        Said said = said(watched, Day.HEAT_PUMPS);
        require(
                said.recommendation().equals("retrain"),
                "the report says %s (expected: retrain)",
                said.recommendation());
        require(
                said.error() > LITTLE_MORE * said.usualError(),
                "mean error %.3f kW (expected: more than %.1f times %.3f)",
                said.error(),
                LITTLE_MORE,
                said.usualError());
        requireVerdict(watched, Day.HEAT_PUMPS, "requested");
        platform().retrained(watched.monitor());
        // the learner has the rows then, and learns them in their turn
        long rows = 24L * size.devices();
        long learned = learner.awaitLearned(taught + rows * 3 / 4) - taught;
        story.show("            the learner has learned %,d rows of it".formatted(learned));
        require(learned <= rows, "%d rows learned (expected: those of the day, %d at most)", learned, rows);
        platform().page(watched.monitor(), Day.HEAT_PUMPS.from(size), report.resolve("load-changed.html"));
        return true;
    }

    private Path after(Watched watched) throws Exception {
        pass(watched, Day.OVER);
        Said still = said(watched, Day.HEAT_PUMPS_STILL);
        requireVerdict(watched, Day.HEAT_PUMPS_STILL, "cool_down");
        Said learned = said(watched, Day.LEARNED);
        require(
                learned.error() < MUCH_LESS * still.error(),
                "mean error %.3f kW after the retraining, %.3f before (expected: less than %.1f times that)",
                learned.error(),
                still.error(),
                MUCH_LESS);
        long requests = requested(watched);
        require(requests == 1, "retraining was requested %d times (expected: once)", requests);
        platform().page(watched.monitor(), Day.LEARNED.from(size), report.resolve("learned.html"));
        story.show("reports as pages: " + report);
        return report;
    }

    /** Lets the fleet ask until a day begins and its first hour is over, which closes the window two days before. */
    private void pass(Watched watched, Day until) throws Exception {
        watched.traffic().until(until.from(size).plus(Duration.ofHours(1)), watched.monitor());
    }

    private Said said(Watched watched, Day day) throws Exception {
        Said said = platform().report(watched.monitor(), day.from(size), 24L * size.devices());
        story.show(String.format(
                Locale.ROOT,
                "%s  mean error %.3f kW (reference %.3f), drifted: %s; triage: %s",
                day.from(size).toString().substring(0, 10),
                said.error(),
                said.usualError(),
                said.drifted().isEmpty() ? "nothing" : String.join(", ", said.drifted()),
                said.recommendation()));
        if (!said.sentence().isEmpty()) {
            story.show("            " + said.sentence());
        }
        return said;
    }

    private void requireQuiet(Watched watched, Day day) throws Exception {
        Said said = said(watched, day);
        require(said.drifted().isEmpty(), "drifted: %s (expected: nothing)", said.drifted());
        require(said.recommendation().equals("ignore"), "the report says %s (expected: ignore)", said.recommendation());
        List<JsonNode> followed = platform().followed(watched.monitor(), day.from(size));
        require(followed.isEmpty(), "what followed: %s (expected: nothing)", followed);
    }

    /** What was decided about retraining because of a day's report, and nothing else. */
    private void requireVerdict(Watched watched, Day day, String expected) throws Exception {
        List<String> verdicts = platform().followed(watched.monitor(), day.from(size)).stream()
                .filter(decision -> decision.path("kind").asString().equals("RETRAINING"))
                .map(decision -> decision.at("/evidence/verdict").asString())
                .toList();
        story.show("            retraining: " + String.join(", ", verdicts));
        require(verdicts.equals(List.of(expected)), "retraining: %s (expected: %s, once)", verdicts, expected);
    }

    private long requested(Watched watched) throws Exception {
        return platform().history(watched.monitor()).stream()
                .filter(decision -> decision.path("kind").asString().equals("RETRAINING")
                        && decision.at("/evidence/verdict").asString().equals("requested"))
                .count();
    }

    @SuppressWarnings("AnnotateFormatMethod") // private, with constants
    private static void require(boolean holds, String otherwise, Object... found) {
        if (!holds) {
            throw new EnergyStory.NotProved(String.format(Locale.ROOT, otherwise, found));
        }
    }
}
