package io.mlaas.training.runner.container;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Looks for containers that nobody waits for any more. */
@Component
@ConditionalOnProperty("mlaas.training.container.enabled")
class ContainerSweeper {
    private static final Logger log = LoggerFactory.getLogger(ContainerSweeper.class);

    private final ContainerRunner runner;
    private final Path workDirectory;

    ContainerSweeper(ContainerRunner runner, ContainerProperties.Work work) {
        this.runner = runner;
        this.workDirectory = work.workDirectory().toAbsolutePath().normalize();
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
    void sweep() {
        try {
            runner.sweep(workDirectory);
        } catch (IOException e) {
            log.warn("containers that are left over are looked for later: {}", e.getMessage());
        }
    }
}
