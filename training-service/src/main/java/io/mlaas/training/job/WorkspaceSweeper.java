package io.mlaas.training.job;

import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.Runners;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Removes what jobs that ended left: on disk at once all but the log, the log when its retention is over; in a cluster
 * everything, somewhat later.
 */
@Component
class WorkspaceSweeper {
    private static final Logger log = LoggerFactory.getLogger(WorkspaceSweeper.class);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    // a job that ended just now is being cleaned by its worker
    private static final Duration SETTLED = Duration.ofMinutes(1);
    // who looks after the cluster sees for a while how a job ended there
    private static final Duration VISIBLE = Duration.ofHours(1);

    private final JobRepository repository;
    private final Runners runners;
    private final JobProperties properties;

    WorkspaceSweeper(JobRepository repository, Runners runners, JobProperties properties) {
        this.repository = repository;
        this.runners = runners;
        this.properties = properties;
    }

    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void sweep() throws IOException {
        sweep(Instant.now());
    }

    void sweep(Instant now) throws IOException {
        sweepDirectories(now);
        for (ClusterRunner cluster : runners.clusters()) {
            for (UUID id : repository.endedBefore(List.copyOf(cluster.jobs()), now.minus(VISIBLE))) {
                cluster.remove(id);
            }
        }
    }

    private void sweepDirectories(Instant now) throws IOException {
        if (!Files.isDirectory(properties.workDirectory())) {
            return;
        }
        List<UUID> present;
        try (Stream<Path> entries = Files.list(properties.workDirectory())) {
            present = entries.map(path -> path.getFileName().toString())
                    .filter(ID.asMatchPredicate())
                    .map(UUID::fromString)
                    .toList();
        }
        for (UUID id : repository.endedBefore(present, now.minus(SETTLED))) {
            Workspace.of(properties.workDirectory(), id).clean();
        }
        List<UUID> old = repository.endedBefore(present, now.minus(properties.retention()));
        for (UUID id : old) {
            Workspace.of(properties.workDirectory(), id).remove();
        }
        if (!old.isEmpty()) {
            log.info("removed the logs of {} jobs that ended more than {} ago", old.size(), properties.retention());
        }
    }
}
