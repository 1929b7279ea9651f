package io.mlaas.learning.stream;

import io.mlaas.learning.log.LogOwnership;
import io.mlaas.learning.mqtt.MqttProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of the topics, by one session at the broker that outlives connections and instances. It is the owner's of a
 * partition of the log; a connection by its name ends the one before it.
 */
final class MqttSession {
    private static final Logger log = LoggerFactory.getLogger(MqttSession.class);

    private static final Duration LOOK = Duration.ofMillis(250);

    private static final Duration LONGEST_END = Duration.ofSeconds(15);

    /** Bytes of a packet; the broker keeps larger messages to itself. */
    private static final long LARGEST_PACKET = 1024 * 1024;

    private final int number;
    private final MqttProperties broker;
    private final StreamProperties properties;
    private final SubscriptionRepository subscriptions;
    private final LogOwnership ownership;
    private final Receiver receiver;
    private final CountDownLatch known = new CountDownLatch(1);
    private final Set<Integer> leaving = ConcurrentHashMap.newKeySet();
    private volatile Map<Integer, Feed> wanted = Map.of();
    private Map<Integer, Feed> subscribed = Map.of();
    private volatile @Nullable MqttLink link;
    private volatile boolean up;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    MqttSession(
            int number,
            MqttProperties broker,
            StreamProperties properties,
            SubscriptionRepository subscriptions,
            LogOwnership ownership,
            Receiver receiver) {
        this.number = number;
        this.broker = broker;
        this.properties = properties;
        this.subscriptions = subscriptions;
        this.ownership = ownership;
        this.receiver = receiver;
    }

    /** What is done with messages. */
    interface Receiver {

        /** Called by one thread of each connection. */
        void received(MqttLink from, String topic, MqttMessage message);
    }

    void start() {
        running = true;
        thread = Thread.ofVirtual()
                .name("learner-mqtt-sources-" + number)
                .start(new Connecting("MQTT sources " + number, this::stay));
    }

    boolean isUp() {
        return up;
    }

    /** @param feeds all that come over this session, by identifier */
    synchronized void follow(Map<Integer, Feed> feeds) {
        wanted = Map.copyOf(feeds);
        known.countDown();
        MqttLink connected = link;
        if (connected != null) {
            try {
                subscribe(connected);
            } catch (MqttException e) {
                log.warn("a subscription failed; everything is subscribed to again", e);
                connected.close();
            }
        }
    }

    private void stay(Runnable told) throws MqttException, InterruptedException {
        // Whatever the session has kept is somebody's: whose, must be known before the first message.
        known.await();
        boolean ended = false;
        while (!ended) {
            while (!isMine()) {
                if (!running) {
                    throw new InterruptedException("stopped");
                }
                Thread.sleep(LOOK);
            }
            try (MqttLink fresh = connect()) {
                up = true;
                told.run();
                while (!ended && isMine()) {
                    ended = fresh.awaitEnd(LOOK);
                }
            } finally {
                up = false;
                disconnected();
            }
        }
    }

    /** Whether the session is this instance's. */
    private boolean isMine() {
        int partitions = ownership.partitions();
        return running && partitions > 0 && ownership.owns(number % partitions);
    }

    private MqttLink connect() throws MqttException {
        MqttConnectionOptions options = MqttLink.options(broker);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(properties.sessionExpiry().toSeconds());
        options.setReceiveMaximum(properties.messages());
        options.setMaximumPacketSize(LARGEST_PACKET);
        MqttLink[] self = new MqttLink[1];
        String clientId = ownership.topic() + "-sources" + (number == 0 ? "" : "-" + number);
        MqttLink fresh = new MqttLink(
                broker, clientId, (topic, message) -> received(Objects.requireNonNull(self[0]), topic, message));
        self[0] = fresh;
        try {
            fresh.connect(options);
            connected(fresh);
        } catch (MqttException | RuntimeException e) {
            fresh.close();
            throw e;
        }
        return fresh;
    }

    private synchronized void connected(MqttLink fresh) throws MqttException {
        subscribed = Map.of();
        subscribe(fresh);
        link = fresh;
    }

    private synchronized void disconnected() {
        link = null;
    }

    /** Has the broker send what is wanted, and no longer what is not. */
    private void subscribe(MqttLink at) throws MqttException {
        Map<Integer, Feed> before = subscribed;
        Map<IMqttToken, Integer> asked = new LinkedHashMap<>();
        for (Map.Entry<Integer, Feed> each : wanted.entrySet()) {
            Feed feed = each.getValue();
            if (!feed.sameSubscription(before.get(each.getKey()))) {
                var identified = new org.eclipse.paho.mqttv5.common.packet.MqttProperties();
                identified.setSubscriptionIdentifier(each.getKey());
                MqttSubscription subscription = new MqttSubscription(feed.address(), feed.qos());
                IMqttToken token = at.client().subscribe(new MqttSubscription[] {subscription}, null, null, identified);
                asked.put(token, each.getKey());
            }
        }
        Map<Integer, Feed> now = new HashMap<>(wanted);
        for (Map.Entry<IMqttToken, Integer> each : asked.entrySet()) {
            int refused = MqttLink.refusal(each.getKey());
            if (refused != 0) {
                Feed feed = Objects.requireNonNull(now.remove(each.getValue()));
                log.warn("the broker refuses {}: reason {}", feed.address(), refused);
            }
        }
        for (Map.Entry<Integer, Feed> each : before.entrySet()) {
            if (!wanted.containsKey(each.getKey())) {
                MqttLink.await(at.client().unsubscribe(each.getValue().address()));
            }
        }
        subscribed = Map.copyOf(now);
    }

    private void received(MqttLink from, String topic, MqttMessage message) {
        receiver.received(from, topic, message);
        List<Integer> identifiers = message.getProperties().getSubscriptionIdentifiers();
        for (Integer identifier : identifiers) {
            if (!wanted.containsKey(identifier) && leaving.add(identifier)) {
                Thread.ofVirtual().start(() -> leave(from, identifier));
            }
        }
    }

    /** Nobody listens any more, or by another session: a subscription of another life of this service. */
    private void leave(MqttLink from, int identifier) {
        try {
            unsubscribe(from, identifier);
        } finally {
            leaving.remove(identifier);
        }
    }

    private synchronized void unsubscribe(MqttLink from, int identifier) {
        if (wanted.containsKey(identifier)) {
            return;
        }
        subscriptions.known(identifier).ifPresent(address -> {
            try {
                MqttLink.await(from.client().unsubscribe(address));
            } catch (MqttException e) {
                log.debug("left for the next message of this subscription", e);
            }
        });
    }

    /** Begins to end. */
    void stop() {
        running = false;
        thread.interrupt();
        MqttLink last = link;
        if (last != null) {
            last.close();
        }
    }

    /** Waits for the end: two connections by one name would end one another again and again. */
    void awaitEnd() {
        try {
            thread.join(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
