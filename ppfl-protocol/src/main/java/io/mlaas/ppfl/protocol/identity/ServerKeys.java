package io.mlaas.ppfl.protocol.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The server's certificates, one per federation, chosen by the name that the client asks for (SNI). */
final class ServerKeys extends X509ExtendedKeyManager {

    private final FederationAuthorities authorities;
    private final Clock clock;
    private final Map<String, ParticipantKey.Credentials> made = new ConcurrentHashMap<>();

    ServerKeys(FederationAuthorities authorities, Clock clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        if (!keyType.equals("EC") || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return null;
        }
        return session.getRequestedServerNames().stream()
                .filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName())
                .filter(name -> credentials(name).isPresent())
                .findFirst()
                .orElse(null);
    }

    private Optional<ParticipantKey.Credentials> credentials(String serverName) {
        var dot = serverName.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            return authorities
                    .find(serverName.substring(0, dot))
                    .filter(authority -> FederationAuthority.serverName(authority.federation())
                            .equals(serverName))
                    .map(authority -> made.computeIfAbsent(
                            authority.certificatePem(), _ -> authority.serverCredentials(clock.instant())));
        } catch (IdentityException _) { // a name that cannot be a federation's, or one that is over: as if unknown
            return Optional.empty();
        }
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return credentials(alias)
                .map(found -> new X509Certificate[] {found.certificate()})
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return credentials(alias).map(ParticipantKey.Credentials::key).orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
