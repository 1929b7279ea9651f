package io.mlaas.training.runner.container;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Images on their way to the daemon, each once however many jobs wait for it; a job that is cancelled does not wait. */
final class Pulls {
    private final Daemon daemon;
    private final Duration timeout;
    private final Map<PinnedImage, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    Pulls(Daemon daemon, Duration timeout) {
        this.daemon = daemon;
        this.timeout = timeout;
    }

    /** Begins a pull, or tells how the one that was begun stands. */
    boolean done(PinnedImage image) throws RefusedException, IOException {
        CompletableFuture<Void> pull = underWay.computeIfAbsent(image, this::begin);
        if (!pull.isDone()) {
            return false;
        }
        underWay.remove(image, pull);
        try {
            pull.join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new IOException("an image could not be pulled", e);
        }
    }

    private CompletableFuture<Void> begin(PinnedImage image) {
        CompletableFuture<Void> pull = new CompletableFuture<>();
        Thread.ofVirtual().name("pull-" + image.sha256()).start(() -> {
            try {
                daemon.pull(image, timeout);
                pull.complete(null);
            } catch (RefusedException | IOException | RuntimeException e) {
                pull.completeExceptionally(e);
            }
        });
        return pull;
    }
}
