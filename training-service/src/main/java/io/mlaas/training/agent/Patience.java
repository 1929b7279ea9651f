package io.mlaas.training.agent;

import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.training.registry.RegistryException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Asks a registry that does not answer again, at growing intervals, with the credential as it is by then. */
final class Patience {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final Settings settings;
    private final Consumer<String> log;

    Patience(Settings settings, Consumer<String> log) {
        this.settings = settings;
        this.log = log;
    }

    @FunctionalInterface
    interface Request {
        void with(JobCredential credential) throws RegistryException, IOException;
    }

    void ask(Request request) throws RegistryException, IOException, InterruptedException {
        Instant end = Instant.now().plus(settings.patience());
        Duration pause = FIRST;
        while (true) {
            try {
                request.with(new JobCredential(settings.token(), Instant.MAX));
                return;
            } catch (RegistryException e) {
                if (e.kind() == RegistryException.Kind.REFUSED
                        || Instant.now().plus(pause).isAfter(end)) {
                    throw e;
                }
                log.accept(e.getMessage() + "; asked again in " + pause.toMillis() + " ms");
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }
}
