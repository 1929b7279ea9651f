package io.mlaas.learning.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Follows learners as they are made, changed, paused and deleted, on whichever instance. */
@Component
public class Following implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Following.class);

    /** A transaction may commit later than one that began after it. */
    private static final Duration OVERLAP = Duration.ofSeconds(10);

    private final Subscribers subscribers;
    private final List<Follower> followers;
    private final StreamProperties properties;
    private final Map<UUID, Subscriber> known = new HashMap<>();
    private Instant latest = Instant.EPOCH;
    private boolean failing;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    Following(Subscribers subscribers, List<Follower> followers, StreamProperties properties) {
        this.subscribers = subscribers;
        this.followers = followers;
        this.properties = properties;
    }

    /** What receives messages for learners. */
    interface Follower {

        /** @param listening all that are to be sent messages, and no others */
        void follow(List<Subscriber> listening);
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("learner-streams").start(this::run);
    }

    private void run() {
        while (running) {
            look();
            try {
                Thread.sleep(properties.poll());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Follows what has changed, at once; if that cannot be seen now, it is followed later. */
    public synchronized void look() {
        try {
            follow();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn("it cannot be looked for learners with sources now", e);
            }
            failing = true;
        }
    }

    private void follow() {
        boolean first = latest.equals(Instant.EPOCH);
        boolean different = failing;
        for (Subscriber changed : subscribers.changedSince(first ? latest : latest.minus(OVERLAP))) {
            latest = changed.changedAt().isAfter(latest) ? changed.changedAt() : latest;
            boolean relevant =
                    changed.listening() && !changed.streams().sources().isEmpty();
            Subscriber before = relevant ? known.put(changed.learner(), changed) : known.remove(changed.learner());
            different |= relevant ? !changed.equals(before) : before != null;
        }
        if (different || first) {
            List<Subscriber> listening = new ArrayList<>(known.values());
            followers.forEach(follower -> follower.follow(listening));
        }
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
