package io.mlaas.ppfl.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that throws ends with a status: the one that it threw, else one that has the client try again. */
final class FailedCalls implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(FailedCalls.class);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ServerCall.Listener<Q> listener = next.startCall(call, headers);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onMessage(Q message) {
                guarded(() -> super.onMessage(message));
            }

            @Override
            public void onHalfClose() {
                guarded(super::onHalfClose);
            }

            private void guarded(Runnable work) {
                try {
                    work.run();
                } catch (StatusRuntimeException e) {
                    call.close(e.getStatus(), new Metadata());
                } catch (RuntimeException e) {
                    log.error("{} failed", call.getMethodDescriptor().getFullMethodName(), e);
                    call.close(Status.UNAVAILABLE.withDescription("the server cannot answer this now"), new Metadata());
                }
            }
        };
    }
}
