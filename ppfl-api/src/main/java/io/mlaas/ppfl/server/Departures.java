package io.mlaas.ppfl.server;

import io.mlaas.ppfl.federation.FederationProgress;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Writes down that clients are gone; what cannot be written now is written later, unless they are back. */
@Component
class Departures {
    private static final Logger log = LoggerFactory.getLogger(Departures.class);

    private final FederationProgress progress;
    private final Intake intake;
    private final Sessions sessions;
    private final Set<Gone> unwritten = ConcurrentHashMap.newKeySet();

    private record Gone(UUID federation, String name) {}

    Departures(FederationProgress progress, Intake intake, Sessions sessions) {
        this.progress = progress;
        this.intake = intake;
        this.sessions = sessions;
    }

    void gone(UUID federation, String name) {
        Gone client = new Gone(federation, name);
        try {
            write(client);
        } catch (RuntimeException e) {
            log.warn("that {} of federation {} is gone is written down later", name, federation, e);
            unwritten.add(client);
        }
    }

    /** @throws RuntimeException of the first that still cannot be written; it is tried again */
    void writeDown() {
        RuntimeException first = null;
        for (Gone client : List.copyOf(unwritten)) {
            try {
                write(client);
                unwritten.remove(client);
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void write(Gone client) {
        if (sessions.has(client.federation(), client.name())) {
            return;
        }
        progress.gone(client.federation(), client.name());
        if (sessions.has(client.federation(), client.name())) {
            intake.up(
                    client.federation(),
                    client.name()); // it came back meanwhile, and may have been written down before
        }
    }
}
