package io.mlaas.stack.mqtt;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Refuses whom {@link Accounts} does not know and confines the others to their topics. */
final class AccessExtension implements ExtensionMain, SimpleAuthenticator {

    private final Accounts accounts;

    AccessExtension(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        Services.securityRegistry().setAuthenticatorProvider(provider -> this);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    @Override
    public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
        String name = input.getConnectPacket().getUserName().orElse(null);
        ByteBuffer password = input.getConnectPacket().getPassword().orElse(null);
        Optional<Identity> identity = accounts.find(name, password);
        if (identity.isEmpty()) {
            output.failAuthentication(
                    name == null ? ConnackReasonCode.NOT_AUTHORIZED : ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
            return;
        }
        var permissions = output.getDefaultPermissions();
        permissions.clear();
        permissions.add(Builders.topicPermission()
                .topicFilter(identity.get().topicFilter())
                .build());
        permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
        output.authenticateSuccessfully();
    }
}
