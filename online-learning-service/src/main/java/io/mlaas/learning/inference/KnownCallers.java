package io.mlaas.learning.inference;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.mlaas.kit.audit.CallAudit;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.CallerAuthentication;
import io.mlaas.kit.security.CallerTokens;
import io.mlaas.learning.inference.grpc.GRPCInferenceServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.stereotype.Component;

/**
 * Lets callers in over gRPC whom REST lets in, and nobody else, whatever is called: their token is in the metadata
 * {@code authorization}. What a known caller is refused is audited.
 */
@Component
final class KnownCallers implements ServerInterceptor {
    static final Context.Key<Caller> CALLER = Context.key("caller");
    static final Context.Key<String> CORRELATION = Context.key("correlation");
    static final Metadata.Key<String> CORRELATION_ID =
            Metadata.Key.of(Correlation.HEADER.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";

    private final CallerTokens tokens;
    private final CallAudit audit;

    KnownCallers(CallerTokens tokens, CallAudit audit) {
        this.tokens = tokens;
        this.audit = audit;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String correlation = Correlation.of(headers.get(CORRELATION_ID));
        try (var ignored = Correlation.within(correlation)) {
            Caller caller;
            try {
                caller = caller(headers).getPrincipal();
            } catch (AuthenticationServiceException e) {
                return refuse(call, PlatformProblem.UPSTREAM_UNAVAILABLE, "The identity provider cannot be reached.");
            } catch (AuthenticationException e) {
                return refuse(call, PlatformProblem.UNAUTHENTICATED, String.valueOf(e.getMessage()));
            }
            ServerCall<Q, A> audited = new Audited<>(call, caller, correlation);
            if (!caller.has("DATA_SCIENTIST") && !caller.has("DEVICE")) {
                return refuse(audited, PlatformProblem.FORBIDDEN, "This operation needs another role.");
            }
            Context context = Context.current().withValues(CALLER, caller, CORRELATION, correlation);
            return Contexts.interceptCall(context, audited, headers, next);
        }
    }

    private CallerAuthentication caller(Metadata headers) {
        List<String> given = new ArrayList<>();
        Iterable<String> all = headers.getAll(AUTHORIZATION);
        if (all != null) {
            all.forEach(given::add);
        }
        if (given.isEmpty()) {
            throw new NoToken("There is no access token in the request.");
        }
        String only = given.getFirst();
        if (given.size() > 1 || !only.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new NoToken(INVALID);
        }
        try {
            return tokens.bearer(only.substring(SCHEME.length()));
        } catch (AuthenticationServiceException e) {
            throw e;
        } catch (AuthenticationException e) {
            throw new NoToken(INVALID, e);
        }
    }

    private static final String INVALID =
            "The access token is not valid (expired, forged, or meant for another audience).";

    private static final class NoToken extends AuthenticationException {
        private static final long serialVersionUID = 1;

        NoToken(String message) {
            super(message);
        }

        NoToken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, PlatformProblem problem, String detail) {
        GrpcFailure failure = GrpcFailure.of(problem.because(detail));
        call.close(failure.status(), failure.trailers());
        return new ServerCall.Listener<>() {};
    }

    /** A call of which an entry is written when it is closed with an error; only what is a POST over REST has entries. */
    private final class Audited<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private final Caller caller;
        private final String correlation;

        Audited(ServerCall<Q, A> call, Caller caller, String correlation) {
            super(call);
            this.caller = caller;
            this.correlation = correlation;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!status.isOk() && getMethodDescriptor() == GRPCInferenceServiceGrpc.getModelInferMethod()) {
                try (var ignored = Correlation.within(correlation)) {
                    audit.unsuccessful(
                            caller,
                            "/" + getMethodDescriptor().getFullMethodName(),
                            source(),
                            GrpcFailure.httpStatus(status.getCode()),
                            trailers.get(GrpcFailure.CODE));
                }
            }
            super.close(status, trailers);
        }

        private String source() {
            @Nullable Object remote = getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            @Nullable InetAddress address = remote instanceof InetSocketAddress socket ? socket.getAddress() : null;
            return address == null ? String.valueOf(remote) : address.getHostAddress();
        }
    }
}
