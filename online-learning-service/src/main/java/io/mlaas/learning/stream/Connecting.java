package io.mlaas.learning.stream;

import java.time.Duration;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something over a connection that ends now and then: again and again, after longer and longer pauses. */
final class Connecting implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Connecting.class);
    private static final Duration SHORTEST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final String what;
    private final Connected connected;

    Connecting(String what, Connected connected) {
        this.what = what;
        this.connected = connected;
    }

    interface Connected {

        /**
         * Connects, calls {@code up}, and returns when the connection has ended.
         *
         * @throws MqttException if it cannot be made, or something on it failed
         */
        void stay(Runnable up) throws MqttException, InterruptedException;
    }

    /** Until the thread is interrupted. */
    @Override
    public void run() {
        Pauses pauses = new Pauses();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                connected.stay(pauses::reset);
                pauses.failed(null);
            } catch (MqttException | RuntimeException e) {
                pauses.failed(e);
            } catch (InterruptedException e) {
                return;
            }
            try {
                Thread.sleep(pauses.next());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private final class Pauses {
        private Duration next = SHORTEST;
        private boolean told;

        private void reset() {
            if (told) {
                log.info("{}: connected again", what);
            }
            told = false;
            next = SHORTEST;
        }

        private void failed(@org.jspecify.annotations.Nullable Exception failure) {
            if (!told) {
                log.warn("{}: the broker is away, it is tried again and again", what, failure);
            }
            told = true;
        }

        private Duration next() {
            Duration pause = next;
            next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
            return pause;
        }
    }
}
