package io.mlaas.ppfl.client;

import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import java.util.Locale;
import java.util.Optional;

/** What a client keeps of one attempt at a round until the next one begins: answers, and what a protocol wants to remember. */
final class RoundMemory {
    private static final String FOLDER = "rounds";

    private final StateDirectory state;
    private final String folder;

    private RoundMemory(StateDirectory state, String folder) {
        this.state = state;
        this.folder = folder;
    }

    /** Forgets all other rounds. */
    static RoundMemory of(Place place, StateDirectory state) {
        String name = place.getRound() + "-" + place.getAttempt();
        state.keepOnly(FOLDER, name);
        return new RoundMemory(state, FOLDER + "/" + name);
    }

    /** When no round comes any more: keys of the last one are of no use but to others. */
    static void forget(StateDirectory state) {
        state.keepOnly(FOLDER, "");
    }

    Optional<byte[]> answer(Phase phase) {
        return state.bytes(folder + "/" + name(phase));
    }

    void answered(Phase phase, byte[] answer) {
        state.write(folder + "/" + name(phase), answer);
    }

    /** What a protocol remembers between phases; keys and shares among it, so it stays where only the owner reads. */
    Optional<byte[]> remembered(String name) {
        return state.bytes(folder + "/" + name + ".state");
    }

    void remember(String name, byte[] content) {
        state.write(folder + "/" + name + ".state", content);
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT) + ".answer";
    }
}
