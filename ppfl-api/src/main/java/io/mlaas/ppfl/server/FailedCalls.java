package io.mlaas.ppfl.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** A call that throws ends with a status: the one that it threw, else one that has the client try again. */
final class FailedCalls implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(FailedCalls.class);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

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
                    if (isBusy(e)) {
                        log.debug(
                                "{} waits for a round",
                                call.getMethodDescriptor().getFullMethodName(),
                                e);
                        call.close(busy().getStatus(), new Metadata());
                        return;
                    }
                    log.error("{} failed", call.getMethodDescriptor().getFullMethodName(), e);
                    call.close(Status.UNAVAILABLE.withDescription("the server cannot answer this now"), new Metadata());
                }
            }
        };
    }

    /** Spring has no exception for PostgreSQL's time-out of locks. */
    static boolean isBusy(RuntimeException failure) {
        return failure instanceof DataAccessException data
                && data.getMostSpecificCause() instanceof SQLException cause
                && LOCK_NOT_AVAILABLE.equals(cause.getSQLState());
    }

    static StatusRuntimeException busy() {
        return Status.UNAVAILABLE
                .withDescription("the round is being closed; come again in a moment")
                .asRuntimeException();
    }
}
