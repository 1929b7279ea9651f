package io.mlaas.ppfl.client;

import io.mlaas.federated.plan.FilterPlan;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.RoundClosed;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What the program's user sees: a line for each thing that happens; the latest is kept for {@code status}. */
final class ProgressLines {
    static final String FILE = "status.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final EnrolmentKit kit;
    private final PrintWriter out;
    private final StateDirectory state;
    private String lastLoss = "";

    ProgressLines(EnrolmentKit kit, PrintWriter out, StateDirectory state) {
        this.kit = kit;
        this.out = out;
        this.state = state;
    }

    void enrolled() {
        say("ENROLLED", "%s: enrolled, the key is in %s".formatted(kit.participant(), state.path()));
    }

    void joined(EnrolmentKit joined) {
        say(
                "JOINED",
                "%s: joined federation %s at %s".formatted(joined.participant(), joined.federation(), joined.server()));
    }

    void data(int training, int heldOut) {
        say(
                "JOINED",
                "%s: %d samples to train on, %d held back; they stay here"
                        .formatted(kit.participant(), training, heldOut));
    }

    void again() {
        lastLoss = "";
        say("JOINED", "%s: connected again".formatted(kit.participant()));
    }

    void trained(int round, long samples, double seconds) {
        say("TRAINING", "round %d: trained on %d samples in %.2f s".formatted(round, samples, seconds));
    }

    /** Before anything is trained, so that whoever does not want it can stop it. */
    void filters(List<String> sentences) {
        sentences.forEach(sentence -> say("JOINED", kit.participant() + ": filters its updates by " + sentence));
    }

    void filtered(int round, List<FilterPlan> filters) {
        if (!filters.isEmpty()) {
            String names = filters.stream().map(FilterPlan::kind).collect(Collectors.joining(", "));
            say("TRAINING", "round %d: filtered by %s".formatted(round, names));
        }
    }

    void sent(Place place, int bytes) {
        say("WAITING", "round %d: sent %s (%d bytes)".formatted(place.getRound(), phase(place), bytes));
    }

    void refused(Place place, String reason) {
        say("WAITING", "round %d: the server did not take %s: %s".formatted(place.getRound(), phase(place), reason));
    }

    void failed(Place place, Exception e) {
        say("WAITING", "round %d: no answer from here: %s".formatted(place.getRound(), e.getMessage()));
    }

    void closed(RoundClosed round) {
        StringBuilder line = new StringBuilder("round %d/%d closed: %d of %d clients%s"
                .formatted(
                        round.getRound(),
                        round.getRounds(),
                        round.getClients(),
                        round.getAsked(),
                        round.getCounted() ? "" : ", without this one"));
        if (round.hasLoss()) {
            line.append(String.format(Locale.ROOT, ", loss %.4f", round.getLoss()));
        }
        if (round.hasAccuracy()) {
            line.append(String.format(Locale.ROOT, ", accuracy %.2f %%", 100 * round.getAccuracy()));
        }
        if (round.hasEpsilon()) {
            line.append(String.format(Locale.ROOT, ", epsilon %.3f", round.getEpsilon()));
        }
        say("WAITING", line.toString());
    }

    void paused(String reason) {
        say("PAUSED", "paused: " + reason);
    }

    /** Once for each reason: attempts may be many. */
    void lost(String reason, Duration pause) {
        if (!reason.equals(lastLoss)) {
            lastLoss = reason;
            say(
                    "DISCONNECTED",
                    "no connection to %s: %s; trying again, after %d ms first"
                            .formatted(kit.server(), reason, pause.toMillis()));
        }
    }

    void unknown() {
        say("WAITING", "the server says something that this version does not know; a newer ppfl-client might");
    }

    void finished(Finished end) {
        say(
                end.getState(),
                end.getState().equals("SUCCEEDED")
                        ? "the federation has ended; its model has the SHA-256 " + end.getModelSha256()
                        : "the federation has " + end.getState().toLowerCase(Locale.ROOT) + ": " + end.getReason());
    }

    private static String phase(Place place) {
        return place.getPhase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void say(String now, String line) {
        out.println(line);
        out.flush();
        Map<String, String> status = new LinkedHashMap<>();
        status.put("federation", kit.federation());
        status.put("participant", kit.participant());
        status.put("server", kit.server());
        status.put("state", now);
        status.put("latest", line);
        status.put("at", Instant.now().toString());
        state.write(FILE, JSON.writeValueAsString(status));
    }
}
