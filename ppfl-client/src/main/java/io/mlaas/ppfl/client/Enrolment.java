package io.mlaas.ppfl.client;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.IdentityException;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import java.util.Optional;

/**
 * How a client gets its certificate. The key is made here and stays here; key and request are on disk before the server is
 * asked, so that a client that was killed in between asks for the same again, which the server answers again.
 */
final class Enrolment {
    private static final String KEY = "key.pem";
    private static final String REQUEST = "request.pem";
    private static final String CERTIFICATE = "certificate.pem";
    private static final String OWNER = "participant";

    /** SHA-256 of the secret of the kit that the certificate was got with. */
    private static final String KIT = "kit.sha256";

    private Enrolment() {}

    /** What is there already, unless it is another participant's; nothing if the participant was invited anew since. */
    static Optional<ParticipantKey.Credentials> known(EnrolmentKit kit, StateDirectory state) {
        String owner = kit.federation() + "/" + kit.participant();
        String found = state.text(OWNER).orElse(owner);
        if (!found.equals(owner)) {
            throw ClientException.badInput("--state: " + state.path() + " is that of " + found + " (expected: " + owner
                    + ", as the kit says; use another directory)");
        }
        String kitOfBefore = state.text(KIT).orElse(EnrolmentKit.digest(kit.secret()));
        if (!kitOfBefore.equals(EnrolmentKit.digest(kit.secret()))) {
            forget(state);
            return Optional.empty();
        }
        return state.text(CERTIFICATE)
                .map(certificate -> ParticipantKey.credentials(state.text(KEY).orElse(""), certificate));
    }

    /** The identity only: what was revealed and released in rounds stays known, or it could be given away a second time. */
    private static void forget(StateDirectory state) {
        state.delete(CERTIFICATE);
        state.delete(REQUEST);
        state.delete(KEY);
    }

    /** @throws io.grpc.StatusRuntimeException if the server cannot be reached, or says no */
    static ParticipantKey.Credentials enrol(EnrolmentKit kit, StateDirectory state) {
        if (state.text(KEY).isEmpty() || state.text(REQUEST).isEmpty()) {
            ParticipantKey made = ParticipantKey.generate();
            state.write(OWNER, kit.federation() + "/" + kit.participant());
            state.write(KEY, made.pem());
            state.write(REQUEST, made.certificateRequest(kit.participant()));
        }
        state.write(KIT, EnrolmentKit.digest(kit.secret()));
        try (Connection connection = Connection.forEnrolment(kit)) {
            String certificate = connection.enrol(kit, state.text(REQUEST).orElseThrow());
            ParticipantKey.Credentials credentials =
                    ParticipantKey.credentials(state.text(KEY).orElseThrow(), certificate);
            state.write(CERTIFICATE, certificate);
            return credentials;
        } catch (IdentityException e) {
            throw ClientException.notLetIn("the server's certificate for this client: " + e.getMessage(), e);
        }
    }
}
