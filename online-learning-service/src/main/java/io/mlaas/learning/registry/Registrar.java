package io.mlaas.learning.registry;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.kit.work.Rounds;
import io.mlaas.learning.registry.Registrations.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers snapshots that wait. While the registry or the chain is away they go on waiting, and learners go on learning;
 * as a registration may be repeated, each is registered once, whoever dies when.
 */
@Component
class Registrar implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Registrar.class);

    /** Answers that say something about this service or the moment, not about the snapshot. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Registrations registrations;
    private final ModelRegistry registry;
    private final RegistryProperties properties;
    private final JsonMapper json;
    private final MeterRegistry meters;
    private final Rounds rounds;

    Registrar(
            Registrations registrations,
            ModelRegistry registry,
            RegistryProperties properties,
            JsonMapper json,
            MeterRegistry meters) {
        this.registrations = registrations;
        this.registry = registry;
        this.properties = properties;
        this.json = json;
        this.meters = meters;
        this.rounds = new Rounds(
                "registrar",
                properties.poll(),
                properties.poll(),
                log,
                "snapshots that wait for the registry cannot be looked for now",
                this::registerNext);
    }

    @Override
    public void start() {
        rounds.start();
    }

    private boolean registerNext() {
        Optional<Waiting> due = registrations.take(properties.lease());
        due.ifPresent(this::register);
        return due.isPresent();
    }

    private void register(Waiting snapshot) {
        try {
            RegisteredSnapshot registered = registry.register(snapshot);
            if (registered.status().equals("PENDING") || registered.status().equals("STORED")) {
                again(snapshot, registered, "the chain has not recorded it yet");
            } else {
                registrations.registered(snapshot, registered.modelId());
                meters.counter("mlaas.learning.registrations", "outcome", "registered")
                        .increment();
            }
        } catch (HttpClientErrorException refused) {
            if (PASSING.contains(refused.getStatusCode().value())) {
                again(snapshot, null, reason(refused));
                return;
            }
            log.warn("the registry refuses snapshot {} of learner {}", snapshot.number(), snapshot.learner(), refused);
            registrations.failed(snapshot, reason(refused));
            meters.counter("mlaas.learning.registrations", "outcome", "failed").increment();
        } catch (RestClientException away) {
            log.debug("the registry cannot be asked now", away);
            again(snapshot, null, "the registry cannot be asked now");
        }
    }

    private void again(Waiting snapshot, @Nullable RegisteredSnapshot known, String reason) {
        Duration pause = properties.pause(snapshot.attempts());
        registrations.again(snapshot, known == null ? null : known.modelId(), reason, pause);
    }

    /** The problem's code and detail, as the registry says them. */
    private String reason(HttpClientErrorException refused) {
        try {
            JsonNode problem = json.readTree(refused.getResponseBodyAsString());
            if (problem.path("code").isString()) {
                return problem.path("code").asString() + ": "
                        + problem.path("detail").asString();
            }
        } catch (JacksonException e) {
            log.debug("the registry's answer is no problem document", e);
        }
        return "the registry answers " + refused.getStatusCode().value();
    }

    @Override
    public void stop() {
        rounds.stop(FAREWELL);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }
}
