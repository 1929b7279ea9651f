package io.mlaas.ppfl.protocol.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call through as the participant of the connection's certificate, which is verified with each call: a
 * connection may be older than the revocation, and a resumed TLS session is not verified again by TLS.
 */
public final class ParticipantInterceptor implements ServerInterceptor {

    private static final Context.Key<Participant> PARTICIPANT = Context.key("mlaas-participant");

    private final ClientCertificates certificates;
    private final Set<String> open;

    /** @param open full names of the methods ({@code mlaas.ppfl.v1.Federation/Enrol}) that need no certificate */
    public ParticipantInterceptor(FederationAuthorities authorities, Clock clock, Set<String> open) {
        this.certificates = new ClientCertificates(authorities, clock);
        this.open = Set.copyOf(open);
    }

    /** Who is calling; within a guarded call only. */
    public static Participant current() {
        var participant = PARTICIPANT.get();
        if (participant == null) {
            throw new IllegalStateException("not within a call of a participant");
        }
        return participant;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (open.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        try {
            var chain = chain(call);
            if (chain == null) {
                return refuse(call, "no client certificate (expected: that which enrolment gave)");
            }
            var context = Context.current().withValue(PARTICIPANT, certificates.verify(chain));
            return Contexts.interceptCall(context, call, headers, next);
        } catch (CertificateException e) {
            return refuse(call, String.valueOf(e.getMessage()));
        }
    }

    private static X509Certificate @Nullable [] chain(ServerCall<?, ?> call) {
        var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return null;
        }
        try {
            return session.getPeerCertificates() instanceof X509Certificate[] chain && chain.length > 0 ? chain : null;
        } catch (SSLPeerUnverifiedException _) { // how Java says that the client showed none
            return null;
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, String reason) {
        call.close(Status.UNAUTHENTICATED.withDescription(reason), new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
