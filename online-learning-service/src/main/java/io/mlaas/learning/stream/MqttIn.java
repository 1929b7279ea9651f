package io.mlaas.learning.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.log.LogOwnership;
import io.mlaas.learning.mqtt.MqttProperties;
import io.mlaas.learning.stream.Feed.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Receives the learners' MQTT sources, over a few sessions that the instances share: a topic filter always comes over the
 * same. Shared subscriptions would spread the messages of one filter, too; but a broker that is killed may keep what was
 * in flight on them for good (HiveMQ CE 2025.5 does).
 */
@Component
class MqttIn implements SmartLifecycle, Following.Follower {
    private static final Logger log = LoggerFactory.getLogger(MqttIn.class);

    private final MqttProperties broker;
    private final SubscriptionRepository subscriptions;
    private final Intake intake;
    private final List<MqttSession> sessions;
    private volatile Map<Integer, Feed> routes = Map.of();
    private volatile boolean running;

    MqttIn(
            MqttProperties broker,
            StreamProperties properties,
            SubscriptionRepository subscriptions,
            Intake intake,
            LogOwnership ownership,
            MeterRegistry meters) {
        this.broker = broker;
        this.subscriptions = subscriptions;
        this.intake = intake;
        this.sessions = IntStream.range(0, properties.sessions())
                .mapToObj(
                        number -> new MqttSession(number, broker, properties, subscriptions, ownership, this::received))
                .toList();
        meters.gauge("mlaas.learning.mqtt.connected", sessions, all -> all.stream()
                .filter(MqttSession::isUp)
                .count());
    }

    @Override
    public void start() {
        running = true;
        if (broker.present()) {
            sessions.forEach(MqttSession::start);
        }
    }

    @Override
    public void follow(List<Subscriber> listening) {
        Map<String, Feed> wanted = new HashMap<>();
        for (Subscriber subscriber : listening) {
            for (Source source : subscriber.streams().sources()) {
                if (source.type() == Transport.MQTT) {
                    String address = source.address(subscriber.organizationId());
                    Feed feed = new Feed(address, source.qos(), List.of(new Route(subscriber, source)));
                    wanted.merge(address, feed, Feed::together);
                }
            }
        }
        Map<Integer, Feed> all = wanted.values().stream()
                .collect(Collectors.toMap(feed -> subscriptions.identifier(feed.address()), Function.identity()));
        routes = all;
        for (int i = 0; i < sessions.size(); i++) {
            int session = i;
            Map<Integer, Feed> share = all.entrySet().stream()
                    .filter(each -> sessionOf(each.getValue().address()) == session)
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            sessions.get(i).follow(share);
        }
    }

    private int sessionOf(String address) {
        return Math.floorMod(address.hashCode(), sessions.size());
    }

    private void received(MqttLink from, String topic, MqttMessage message) {
        try {
            Map<Integer, Feed> known = routes;
            List<Route> listeners = message.getProperties().getSubscriptionIdentifiers().stream()
                    .map(known::get)
                    .filter(Objects::nonNull)
                    .flatMap(feed -> feed.routes().stream())
                    .toList();
            Runnable durable = from.acknowledgeAfter(Math.max(1, listeners.size()), message);
            for (Route route : listeners) {
                intake.take(arrival(route, topic, message), message.getQos(), from::hasEnded, durable);
            }
            if (listeners.isEmpty()) {
                intake.left();
                durable.run();
            }
        } catch (RuntimeException e) {
            log.error("a message is not taken: its connection begins anew", e);
            from.close();
        }
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
                identity(local, message, route.source().isTimed(subscriber)),
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
        sessions.forEach(MqttSession::stop);
        if (broker.present()) {
            sessions.forEach(MqttSession::awaitEnd);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
