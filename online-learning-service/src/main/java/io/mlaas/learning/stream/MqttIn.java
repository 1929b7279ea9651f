package io.mlaas.learning.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.log.LogOwnership;
import io.mlaas.learning.mqtt.MqttProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Receives the learners' MQTT sources, over one session that outlives connections and instances: it is the owner's of the
 * log's first partition. Shared subscriptions would spread the messages over the instances; but a broker that is killed may
 * keep what was in flight on them for good (HiveMQ CE 2025.5 does).
 */
@Component
class MqttIn implements SmartLifecycle, Following.Follower {
    private static final Logger log = LoggerFactory.getLogger(MqttIn.class);

    private static final Duration LOOK = Duration.ofMillis(250);

    /** Bytes of a packet; the broker keeps larger messages to itself. */
    private static final long LARGEST_PACKET = 1024 * 1024;

    private final MqttProperties broker;
    private final StreamProperties properties;
    private final SubscriptionRepository subscriptions;
    private final Intake intake;
    private final LogOwnership ownership;
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile Map<Integer, Feed> routes = Map.of();
    private Map<Integer, Feed> subscribed = Map.of();
    private @Nullable MqttLink link;
    private volatile boolean up;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    MqttIn(
            MqttProperties broker,
            StreamProperties properties,
            SubscriptionRepository subscriptions,
            Intake intake,
            LogOwnership ownership,
            MeterRegistry meters) {
        this.broker = broker;
        this.properties = properties;
        this.subscriptions = subscriptions;
        this.intake = intake;
        this.ownership = ownership;
        meters.gauge("mlaas.learning.mqtt.connected", this, me -> me.up ? 1 : 0);
    }

    /** A topic filter, and who hears what comes by it. */
    private record Feed(String address, int qos, List<Route> routes) {
        boolean sameSubscription(@Nullable Feed other) {
            return other != null && other.qos == qos;
        }
    }

    private record Route(Subscriber subscriber, Source source) {}

    @Override
    public void start() {
        running = true;
        if (broker.present()) {
            thread = Thread.ofVirtual().name("learner-mqtt-sources").start(new Connecting("MQTT sources", this::stay));
        }
    }

    @Override
    public synchronized void follow(List<Subscriber> listening) {
        Map<String, Feed> wanted = new HashMap<>();
        for (Subscriber subscriber : listening) {
            for (Source source : subscriber.streams().sources()) {
                if (source.type() == Transport.MQTT) {
                    Route route = new Route(subscriber, source);
                    String address = source.address(subscriber.organizationId());
                    wanted.merge(address, new Feed(address, source.qos(), List.of(route)), MqttIn::together);
                }
            }
        }
        routes = wanted.values().stream()
                .collect(Collectors.toMap(feed -> subscriptions.identifier(feed.address()), feed -> feed));
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

    private static Feed together(Feed one, Feed other) {
        List<Route> all = new ArrayList<>(one.routes());
        all.addAll(other.routes());
        return new Feed(one.address(), Math.max(one.qos(), other.qos()), List.copyOf(all));
    }

    private void stay(Runnable told) throws MqttException, InterruptedException {
        // Whatever the session has kept is somebody's: whose, must be known before the first message.
        known.await();
        boolean ended = false;
        while (!ended) {
            while (!isMine()) {
                Thread.sleep(LOOK);
            }
            intake.awaitRoom();
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
        return ownership.owns(0);
    }

    private MqttLink connect() throws MqttException {
        MqttConnectionOptions options = MqttLink.options(broker);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(properties.sessionExpiry().toSeconds());
        options.setReceiveMaximum(properties.messages());
        options.setMaximumPacketSize(LARGEST_PACKET);
        MqttLink[] self = new MqttLink[1];
        MqttLink fresh = new MqttLink(
                broker,
                ownership.topic() + "-sources",
                (topic, message) -> received(Objects.requireNonNull(self[0]), topic, message));
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
        Map<Integer, Feed> wanted = routes;
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
        try {
            Map<Integer, Feed> known = routes;
            List<Integer> identifiers = message.getProperties().getSubscriptionIdentifiers();
            List<Route> listeners = identifiers.stream()
                    .map(known::get)
                    .filter(Objects::nonNull)
                    .flatMap(feed -> feed.routes().stream())
                    .toList();
            AtomicInteger notDurable = new AtomicInteger(listeners.size());
            for (Route route : listeners) {
                intake.take(arrival(route, topic, message), message.getQos(), () -> {
                    if (notDurable.decrementAndGet() == 0) {
                        from.acknowledge(message);
                    }
                });
            }
            if (listeners.isEmpty()) {
                notWanted(from, identifiers, message);
            }
        } catch (RuntimeException e) {
            log.error("a message is not taken: its connection begins anew", e);
            from.close();
        }
    }

    /** What came for learners that are gone or paused; its subscription may be one of another life of this service. */
    private void notWanted(MqttLink from, List<Integer> identifiers, MqttMessage message) {
        intake.left();
        from.acknowledge(message);
        identifiers.forEach(identifier -> Thread.ofVirtual().start(() -> unsubscribe(from, identifier)));
    }

    private synchronized void unsubscribe(MqttLink from, int identifier) {
        if (routes.containsKey(identifier)) {
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

    private static Arrival arrival(Route route, String topic, MqttMessage message) {
        Subscriber subscriber = route.subscriber();
        String prefix = Topics.mqttPrefix(subscriber.organizationId());
        String local = topic.startsWith(prefix) ? topic.substring(prefix.length()) : topic;
        var given = message.getProperties();
        return new Arrival(
                subscriber,
                route.source(),
                local,
                local,
                message.getPayload(),
                identity(local, message, subscriber.timed() && route.source().purpose() == Purpose.LEARN),
                given.getResponseTopic(),
                given.getCorrelationData());
    }

    private static @Nullable UUID identity(String topic, MqttMessage message, boolean timed) {
        for (UserProperty property : message.getProperties().getUserProperties()) {
            if (property.getKey().equals("id")) {
                return Identity.given(topic, property.getValue());
            }
        }
        return timed ? Identity.content(topic, message.getPayload()) : null;
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
        MqttLink last = link;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
