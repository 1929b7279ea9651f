package io.mlaas.learning.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.learning.inference.grpc.GRPCInferenceServiceGrpc;
import io.mlaas.learning.inference.grpc.ServerLiveRequest;
import io.mlaas.learning.inference.grpc.ServerLiveResponse;
import io.mlaas.learning.inference.grpc.ServerReadyRequest;
import java.net.InetAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the server ends, and what it hears of its callers; with answers that wait. */
class GrpcServerTest {
    private static final int LONG = 60;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private GrpcServer server;

    /** Answers when it may, or when nobody waits any more. */
    private final class Waiting extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
        @Override
        public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answers) {
            Context.current().addListener(context -> over.countDown(), Runnable::run);
            asked.countDown();
            await(mayAnswer);
            answers.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
            answers.onCompleted();
        }
    }

    private static final class Everybody implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return next.startCall(call, headers);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server = new GrpcServer(
                new GrpcProperties(0, InetAddress.getLoopbackAddress()),
                new Waiting(),
                new Everybody(),
                1 << 20,
                new SimpleMeterRegistry());
        server.start();
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        server.stop();
    }

    @Test
    void answersWhatItWasAskedBeforeItEnds() throws Exception {
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        try {
            var stub = GRPCInferenceServiceGrpc.newFutureStub(channel);
            Future<ServerLiveResponse> answer = stub.serverLive(ServerLiveRequest.getDefaultInstance());
            await(asked);
            CountDownLatch stopped = new CountDownLatch(1);
            int port = server.port();

            server.stop(stopped::countDown);
            refusesOthers(port);
            assertThat(stopped.getCount()).isEqualTo(1);
            mayAnswer.countDown();

            assertThat(answer.get(LONG, TimeUnit.SECONDS).getLive()).isTrue();
            await(stopped);
            assertThat(server.isRunning()).isFalse();
        } finally {
            channel.shutdownNow();
        }
    }

    /** It no longer listens as soon as the thread that stops it has begun. */
    private static void refusesOthers(int port) {
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            var late = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            try {
                StatusRuntimeException refused = catchThrowableOfType(
                        StatusRuntimeException.class, () -> GRPCInferenceServiceGrpc.newBlockingStub(late)
                                .withDeadlineAfter(LONG, TimeUnit.SECONDS)
                                .serverReady(ServerReadyRequest.getDefaultInstance()));
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            } finally {
                late.shutdownNow();
            }
        });
    }

    @Test
    void hearsThatACallerDoesNotWaitAnyMore() {
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        try {
            Future<ServerLiveResponse> answer =
                    GRPCInferenceServiceGrpc.newFutureStub(channel).serverLive(ServerLiveRequest.getDefaultInstance());
            await(asked);

            answer.cancel(true);

            await(over);
        } finally {
            channel.shutdownNow();
        }
    }
}
