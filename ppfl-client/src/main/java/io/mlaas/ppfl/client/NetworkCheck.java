package io.mlaas.ppfl.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.v1.Notice;
import java.io.PrintWriter;
import java.util.Iterator;

/**
 * Whether the server of a kit is there: a call without a certificate gets as far as the server's refusal, which only the
 * server that the kit's authority vouches for can say.
 */
final class NetworkCheck {
    private NetworkCheck() {}

    static int of(EnrolmentKit kit, PrintWriter out) {
        try (Connection connection = Connection.forEnrolment(kit)) {
            Iterator<Notice> refused = connection.join();
            return ok(kit, out, String.valueOf(refused.hasNext()));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
                return ok(kit, out, "no certificate yet");
            }
            throw ClientException.notLetIn(
                    kit.server() + ": " + Connection.said(e.getStatus())
                            + " (expected: the federation's server; outgoing TCP to that"
                            + " port, TLS without inspection)",
                    e);
        }
    }

    private static int ok(EnrolmentKit kit, PrintWriter out, String said) {
        out.println(
                kit.server() + ": reached, and it is the server of federation " + kit.federation() + " (" + said + ")");
        return 0;
    }
}
