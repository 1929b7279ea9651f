package io.mlaas.stack.mqtt;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundInput;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundOutput;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses whom {@link Accounts} does not know, confines the others to their topics, and ends what is revoked. */
final class AccessExtension implements ExtensionMain, SimpleAuthenticator {
    private static final Logger log = LoggerFactory.getLogger(AccessExtension.class);
    private static final String OPERATOR = "mlaas.operator";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Accounts accounts;
    private final Connections connections = new Connections();

    AccessExtension(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        EndedCredentials ended = new EndedCredentials(connections);
        Services.securityRegistry().setAuthenticatorProvider(provider -> this);
        Services.interceptorRegistry().setConnectInboundInterceptorProvider(provider -> this::ownClientId);
        Services.eventRegistry().setClientLifecycleEventListener(provider -> connections);
        Services.initializerRegistry().setClientInitializer((client, context) -> {
            if (isOperator(client.getConnectionInformation())) {
                context.addPublishInboundInterceptor(ended);
            }
        });
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    private void ownClientId(ConnectInboundInput input, ConnectInboundOutput output) {
        var packet = output.getConnectPacket();
        packet.getUserName()
                .filter(name -> !accounts.isOperator(name))
                .ifPresent(name -> packet.setClientId(Connections.clientId(name, packet.getClientId())));
    }

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        String name = input.getConnectPacket().getUserName().orElse(null);
        ByteBuffer password = input.getConnectPacket().getPassword().orElse(null);
        if (name == null || password == null) {
            output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED);
            return;
        }
        var async = output.async(PATIENCE, TimeoutFallback.FAILURE, ConnackReasonCode.SERVER_UNAVAILABLE);
        var unused = accounts.find(name, password).whenComplete((identity, failure) -> {
            try {
                if (failure == null) {
                    letIn(identity, input, output);
                } else {
                    log.warn("{} is not let in: the platform cannot be asked ({})", name, failure.toString());
                    output.failAuthentication(ConnackReasonCode.SERVER_UNAVAILABLE);
                }
            } catch (RuntimeException e) {
                log.error("{} is not let in", name, e);
                output.failAuthentication(ConnackReasonCode.UNSPECIFIED_ERROR);
            } finally {
                async.resume();
            }
        });
    }

    private void letIn(Optional<Identity> identity, SimpleAuthInput input, SimpleAuthOutput output) {
        if (identity.isEmpty()) {
            output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
            return;
        }
        switch (identity.get()) {
            case Identity.Operator operator ->
                input.getConnectionInformation().getConnectionAttributeStore().putAsString(OPERATOR, "yes");
            case Identity.Member member -> {
                if (!connections.open(input, member)) {
                    output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
                    return;
                }
            }
        }
        var permissions = output.getDefaultPermissions();
        permissions.clear();
        identity.get()
                .topics()
                .forEach(filter -> permissions.add(
                        Builders.topicPermission().topicFilter(filter).build()));
        permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
        output.authenticateSuccessfully();
    }

    private static boolean isOperator(ConnectionInformation connection) {
        return connection.getConnectionAttributeStore().getAsString(OPERATOR).isPresent();
    }
}
