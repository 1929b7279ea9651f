package io.mlaas.training.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Has one of all instances act: the one that holds the Lease. Who lost it may be elected again. */
class Office implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Office.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private final KubernetesProperties.Lease lease;
    private final Supplier<Operator> terms;
    private final OperatorMeters meters;
    private @Nullable Operator term;
    private volatile boolean running;
    private volatile @Nullable CompletableFuture<?> candidacy;

    Office(
            KubernetesClient client,
            String namespace,
            String identity,
            KubernetesProperties.Lease lease,
            Supplier<Operator> terms,
            OperatorMeters meters) {
        this.client = client;
        this.namespace = namespace;
        this.identity = identity;
        this.lease = lease;
        this.terms = terms;
        this.meters = meters;
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().daemon().name("training-operator-election").start(this::stand);
    }

    private void stand() {
        while (running) {
            try {
                CompletableFuture<?> elected = client.leaderElector()
                        .withConfig(new LeaderElectionConfigBuilder()
                                .withName("training operator")
                                .withLock(new LeaseLock(namespace, lease.name(), identity))
                                .withLeaseDuration(lease.duration())
                                .withRenewDeadline(lease.renewDeadline())
                                .withRetryPeriod(lease.retryPeriod())
                                .withReleaseOnCancel(true)
                                .withLeaderCallbacks(new LeaderCallbacks(
                                        this::begin, this::end, leader -> log.info("{} leads", leader)))
                                .build())
                        .build()
                        .start();
                candidacy = elected;
                if (running) {
                    elected.join();
                }
                elected.cancel(true);
            } catch (RuntimeException e) {
                if (running) {
                    log.warn("the election broke off: {}", e.toString());
                }
            }
            end();
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(running ? PAUSE : Duration.ZERO);
        } catch (InterruptedException e) {
            running = false;
        }
    }

    private synchronized void begin() {
        if (running && term == null) {
            Operator next = terms.get();
            term = next;
            next.open();
            meters.leads(true);
        }
    }

    private synchronized void end() {
        Operator ending = term;
        term = null;
        meters.leads(false);
        if (ending != null) {
            ending.close();
        }
    }

    @Override
    public void stop() {
        running = false;
        CompletableFuture<?> ending = candidacy;
        if (ending != null) {
            ending.cancel(true);
        }
        end();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
