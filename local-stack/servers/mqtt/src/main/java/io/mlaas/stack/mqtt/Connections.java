package io.mlaas.stack.mqtt;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import com.hivemq.extension.sdk.api.services.Services;
import io.mlaas.stack.mqtt.Identity.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * With which credential each client is connected, so that it can be ended. The ids of a user's clients begin with the
 * user's name: nobody takes over another one's client, and a user's sessions are found also when they are not connected.
 */
final class Connections implements ClientLifecycleEventListener {
    private static final String CONNECTION = "mlaas.connection";
    /** Longer than a question about a credential is under way: until then it may still be answered as it was. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final Map<String, Ended> ended = new ConcurrentHashMap<>();

    private record Connection(String id, String userName, int credential) {}

    private record Ended(int below, Instant at) {}

    static String clientId(String userName, String given) {
        String prefix = userName + "/";
        return given.startsWith(prefix) ? given : prefix + given;
    }

    /** @return false if the credential has ended while it was being asked for */
    boolean open(ClientBasedInput client, Member member) {
        Integer credential = member.credential();
        String clientId = client.getClientInformation().getClientId();
        String id = UUID.randomUUID().toString();
        client.getConnectionInformation().getConnectionAttributeStore().putAsString(CONNECTION, id);
        Connection connection =
                new Connection(id, member.userName(), credential == null ? Integer.MAX_VALUE : credential);
        if (hasEnded(connection)) {
            return false;
        }
        connections.put(clientId, connection);
        String expiresAt = member.expiresAt();
        if (expiresAt != null) {
            endAt(Instant.parse(expiresAt), clientId, connection);
        }
        return true;
    }

    private boolean hasEnded(Connection connection) {
        Ended known = ended.get(connection.userName());
        return known != null && connection.credential() < known.below();
    }

    private void endAt(Instant time, String clientId, Connection connection) {
        var unused = Services.extensionExecutorService()
                .schedule(
                        () -> endIfStill(clientId, connection),
                        Math.max(0, Duration.between(Instant.now(), time).toMillis()),
                        TimeUnit.MILLISECONDS);
    }

    private void endIfStill(String clientId, Connection connection) {
        if (connection.equals(connections.get(clientId))) {
            var unused = disconnect(clientId, "the token has ended");
        }
    }

    /** Ends what was opened with the credentials of a user below this one, and forgets those sessions. */
    CompletableFuture<Void> end(String userName, int below) {
        Instant now = Instant.now();
        ended.values().removeIf(old -> old.at().plus(REMEMBERED).isBefore(now));
        ended.merge(userName, new Ended(below, now), (one, other) -> one.below() > other.below() ? one : other);
        List<String> clients = new ArrayList<>();
        return Services.clientService()
                .iterateAllClients((context, session) -> {
                    String clientId = session.getClientIdentifier();
                    if (clientId.startsWith(userName + "/") && isBelow(clientId, below)) {
                        clients.add(clientId);
                    }
                })
                .thenCompose(iterated -> CompletableFuture.allOf(
                        clients.stream().map(Connections::forget).toArray(CompletableFuture<?>[]::new)));
    }

    private boolean isBelow(String clientId, int below) {
        Connection connection = connections.get(clientId);
        return connection == null || connection.credential() < below;
    }

    private static CompletableFuture<Boolean> forget(String clientId) {
        return disconnect(clientId, "the credential has ended")
                .thenCompose(done -> Services.clientService().invalidateSession(clientId));
    }

    private static CompletableFuture<Boolean> disconnect(String clientId, String why) {
        return Services.clientService().disconnectClient(clientId, true, DisconnectReasonCode.NOT_AUTHORIZED, why);
    }

    @Override
    public void onMqttConnectionStart(ConnectionStartInput input) {}

    /** What ended between the answer about a credential and this moment was not yet there to be ended. */
    @Override
    public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
        String clientId = input.getClientInformation().getClientId();
        Connection connection = connections.get(clientId);
        if (connection != null && hasEnded(connection)) {
            var unused = forget(clientId);
        }
    }

    @Override
    public void onDisconnect(DisconnectEventInput input) {
        input.getConnectionInformation()
                .getConnectionAttributeStore()
                .getAsString(CONNECTION)
                .ifPresent(id -> connections.computeIfPresent(
                        input.getClientInformation().getClientId(),
                        (client, connection) -> connection.id().equals(id) ? null : connection));
    }
}
