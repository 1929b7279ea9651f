package io.mlaas.ppfl.server;

import io.mlaas.kit.audit.Audit;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationMode;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Invites participants to a federation, and revokes them. */
@Component
class Invitations {
    static final String REMOVED = "this participant was removed from the federation";

    private final Participants participants;
    private final Authorities authorities;
    private final FederationProgress progress;
    private final ParticipantsPrivacy privacy;
    private final FederationServer server;
    private final FederationServerProperties properties;
    private final Sessions sessions;
    private final RunDriver driver;
    private final JsonMapper json;
    private final TransactionTemplate transaction;

    Invitations(
            Participants participants,
            Authorities authorities,
            FederationProgress progress,
            ParticipantsPrivacy privacy,
            FederationServer server,
            FederationServerProperties properties,
            Sessions sessions,
            RunDriver driver,
            JsonMapper json,
            PlatformTransactionManager transactions) {
        this.participants = participants;
        this.authorities = authorities;
        this.progress = progress;
        this.privacy = privacy;
        this.server = server;
        this.properties = properties;
        this.sessions = sessions;
        this.driver = driver;
        this.json = json;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** @return the kit, which is kept nowhere */
    JsonNode invite(Federation federation, String name, String by) {
        if (federation.mode() != FederationMode.REAL || federation.state().isOver()) {
            throw ParticipantProblem.PARTICIPANTS_NOT_TAKEN.because(
                    "id: %s is %s, mode %s".formatted(federation.id(), federation.state(), federation.mode()));
        }
        Instant expires = Instant.now().plus(properties.kitValid()).truncatedTo(ChronoUnit.SECONDS);
        EnrolmentKit kit = EnrolmentKit.create(
                authorities.of(federation.id()).orElseThrow(), name, server.publicAddress(), expires);
        transaction.executeWithoutResult(status -> {
            if (!participants.invite(federation.id(), kit, by)) {
                throw ParticipantProblem.PARTICIPANT_EXISTS.because("name: " + name);
            }
            privacy.reserve(federation, name);
            progress.client(federation.id(), name, FederationClient.State.INVITED, null, null);
        });
        Audit.about(federation.id());
        return json.readTree(kit.json());
    }

    List<InvitedParticipant> list(Federation federation) {
        return participants.list(federation.id());
    }

    void revoke(Federation federation, String name) {
        transaction.executeWithoutResult(status -> {
            if (!participants.revoke(federation.id(), name)) {
                throw ParticipantProblem.PARTICIPANT_UNKNOWN.because("name: " + name);
            }
            progress.client(federation.id(), name, FederationClient.State.LEFT, "revoked", null);
        });
        Audit.about(federation.id());
        sessions.expel(federation.id(), name, REMOVED);
        driver.wake(federation.id());
    }
}
