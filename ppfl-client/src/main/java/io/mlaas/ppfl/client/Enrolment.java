package io.mlaas.ppfl.client;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.IdentityException;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import java.util.Optional;

/**
 * How a client gets its certificate. The key is made here and stays here; key and request are on disk before the server is
 * asked, so that a client that was killed in between asks for the same again, which the server answers again. Each kit has a
 * key of its own: a participant that is invited anew begins anew, and an older kit, used by mistake, harms nothing.
 */
final class Enrolment {
    private static final String KEY = "key.pem";
    private static final String REQUEST = "request.pem";
    private static final String CERTIFICATE = "certificate.pem";
    private static final String OWNER = "participant";
    private static final int DIGITS = 16;

    private Enrolment() {}

    private static String file(EnrolmentKit kit, String name) {
        return "kits/" + EnrolmentKit.digest(kit.secret()).substring(0, DIGITS) + "/" + name;
    }

    /** What this kit brought before; refused if the directory is another participant's. */
    static Optional<ParticipantKey.Credentials> known(EnrolmentKit kit, StateDirectory state) {
        String owner = kit.federation() + "/" + kit.participant();
        String found = state.text(OWNER).orElse(owner);
        if (!found.equals(owner)) {
            throw ClientException.badInput("--state: " + state.path() + " is that of " + found + " (expected: " + owner
                    + ", as the kit says; use another directory)");
        }
        return state.text(file(kit, CERTIFICATE))
                .map(certificate ->
                        ParticipantKey.credentials(state.text(file(kit, KEY)).orElse(""), certificate));
    }

    /** @throws io.grpc.StatusRuntimeException if the server cannot be reached, or says no */
    static ParticipantKey.Credentials enrol(EnrolmentKit kit, StateDirectory state) {
        if (state.text(file(kit, KEY)).isEmpty()
                || state.text(file(kit, REQUEST)).isEmpty()) {
            ParticipantKey made = ParticipantKey.generate();
            state.write(OWNER, kit.federation() + "/" + kit.participant());
            state.write(file(kit, KEY), made.pem());
            state.write(file(kit, REQUEST), made.certificateRequest(kit.participant()));
        }
        try (Connection connection = Connection.forEnrolment(kit)) {
            String certificate =
                    connection.enrol(kit, state.text(file(kit, REQUEST)).orElseThrow());
            ParticipantKey.Credentials credentials =
                    ParticipantKey.credentials(state.text(file(kit, KEY)).orElseThrow(), certificate);
            state.write(file(kit, CERTIFICATE), certificate);
            return credentials;
        } catch (IdentityException e) {
            throw ClientException.notLetIn("the server's certificate for this client: " + e.getMessage(), e);
        }
    }
}
