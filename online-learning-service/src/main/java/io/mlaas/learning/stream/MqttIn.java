package io.mlaas.learning.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.mqtt.MqttProperties;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
 * Receives the learners' MQTT sources: over one session that outlives connections, with a shared subscription for each
 * learner and topic, so that one instance gets each message. The broker tells by a subscription's identifier whose it is.
 */
@Component
class MqttIn implements SmartLifecycle, Following.Follower {
    private static final Logger log = LoggerFactory.getLogger(MqttIn.class);

    /** Bytes of a packet; the broker keeps larger messages to itself. */
    private static final long LARGEST_PACKET = 1024 * 1024;

    private final MqttProperties broker;
    private final StreamProperties properties;
    private final SubscriptionRepository subscriptions;
    private final Intake intake;
    private volatile Map<Integer, Route> routes = Map.of();
    private Map<Integer, Route> subscribed = Map.of();
    private @Nullable MqttLink link;
    private volatile boolean up;
    private volatile boolean running;
    private volatile Thread thread = Thread.currentThread();

    MqttIn(
            MqttProperties broker,
            StreamProperties properties,
            SubscriptionRepository subscriptions,
            Intake intake,
            MeterRegistry meters) {
        this.broker = broker;
        this.properties = properties;
        this.subscriptions = subscriptions;
        this.intake = intake;
        meters.gauge("mlaas.learning.mqtt.connected", this, me -> me.up ? 1 : 0);
    }

    /** Whose a message is that comes by a subscription. */
    private record Route(Subscriber subscriber, Source source) {
        String filter() {
            return share(subscriber.learner(), source.address(subscriber.organizationId()));
        }

        boolean sameSubscription(@Nullable Route other) {
            return other != null && other.source.qos() == source.qos();
        }
    }

    private static String share(UUID learner, String address) {
        return "$share/" + learner + "/" + address;
    }

    @Override
    public void start() {
        running = true;
        if (broker.present()) {
            thread = Thread.ofVirtual().name("learner-mqtt-sources").start(new Connecting("MQTT sources", this::stay));
        }
    }

    @Override
    public synchronized void follow(List<Subscriber> listening) {
        Map<Integer, Route> wanted = new HashMap<>();
        for (Subscriber subscriber : listening) {
            for (Source source : subscriber.streams().sources()) {
                if (source.type() == Transport.MQTT) {
                    wanted.put(
                            subscriptions.identifier(subscriber.learner(), source.topic()),
                            new Route(subscriber, source));
                }
            }
        }
        routes = wanted;
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
        try (MqttLink fresh = connect()) {
            up = true;
            told.run();
            fresh.awaitEnd();
        } finally {
            up = false;
            disconnected();
        }
    }

    private synchronized MqttLink connect() throws MqttException {
        MqttConnectionOptions options = MqttLink.options(broker);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(properties.sessionExpiry().toSeconds());
        options.setReceiveMaximum(properties.messages());
        options.setMaximumPacketSize(LARGEST_PACKET);
        MqttLink[] self = new MqttLink[1];
        MqttLink fresh = new MqttLink(
                broker,
                broker.clientId(),
                (topic, message) -> received(Objects.requireNonNull(self[0]), topic, message));
        self[0] = fresh;
        try {
            fresh.connect(options);
            subscribed = Map.of();
            subscribe(fresh);
        } catch (MqttException | RuntimeException e) {
            fresh.close();
            throw e;
        }
        link = fresh;
        return fresh;
    }

    private synchronized void disconnected() {
        link = null;
    }

    /** Has the broker send what is wanted, and no longer what is not. */
    private void subscribe(MqttLink at) throws MqttException {
        Map<Integer, Route> wanted = routes;
        Map<Integer, Route> before = subscribed;
        Map<IMqttToken, Route> asked = new LinkedHashMap<>();
        for (Map.Entry<Integer, Route> each : wanted.entrySet()) {
            Route route = each.getValue();
            if (!route.sameSubscription(before.get(each.getKey()))) {
                var identified = new org.eclipse.paho.mqttv5.common.packet.MqttProperties();
                identified.setSubscriptionIdentifier(each.getKey());
                MqttSubscription subscription =
                        new MqttSubscription(route.filter(), route.source().qos());
                asked.put(at.client().subscribe(new MqttSubscription[] {subscription}, null, null, identified), route);
            }
        }
        for (IMqttToken token : asked.keySet()) {
            MqttLink.await(token);
        }
        for (Map.Entry<Integer, Route> each : before.entrySet()) {
            if (!wanted.containsKey(each.getKey())) {
                MqttLink.await(at.client().unsubscribe(each.getValue().filter()));
            }
        }
        subscribed = Map.copyOf(wanted);
    }

    private void received(MqttLink from, String topic, MqttMessage message) {
        try {
            List<Integer> identifiers = message.getProperties().getSubscriptionIdentifiers();
            @Nullable Integer identifier = identifiers.isEmpty() ? null : identifiers.getFirst();
            @Nullable Route route = identifier == null ? null : routes.get(identifier);
            if (route != null) {
                intake.take(arrival(route, topic, message), message.getQos(), () -> from.acknowledge(message));
            } else {
                notWanted(from, identifier, message);
            }
        } catch (RuntimeException e) {
            log.error("a message is not taken: its connection begins anew", e);
            from.close();
        }
    }

    /** What came for a learner that is gone or paused; its subscription may be one of another life of this service. */
    private void notWanted(MqttLink from, @Nullable Integer identifier, MqttMessage message) {
        intake.left();
        from.acknowledge(message);
        if (identifier != null) {
            Thread.ofVirtual().start(() -> unsubscribe(from, identifier));
        }
    }

    private synchronized void unsubscribe(MqttLink from, int identifier) {
        if (routes.containsKey(identifier)) {
            return;
        }
        subscriptions.known(identifier).ifPresent(known -> {
            try {
                String address = Topics.mqttPrefix(known.organizationId()) + known.topic();
                MqttLink.await(from.client().unsubscribe(share(known.learner(), address)));
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
