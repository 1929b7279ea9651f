package io.mlaas.learning.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mlaas.learning.inference.grpc.ServerLiveRequest;
import io.mlaas.learning.inference.grpc.ServerLiveResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceCallsTest {

    @Test
    void doesNotWorkForThoseWhoDoNotWaitAnyMore() {
        List<Object> answers = new ArrayList<>();
        StreamObserver<ServerLiveResponse> client = new StreamObserver<>() {
            @Override
            public void onNext(ServerLiveResponse answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable error) {
                answers.add(error);
            }

            @Override
            public void onCompleted() {
                answers.add("completed");
            }
        };
        Context.CancellableContext gone =
                Context.current().withValue(KnownCallers.CORRELATION, "1").withCancellation();
        gone.run(() -> new InferenceCalls(null).serverLive(ServerLiveRequest.getDefaultInstance(), client));
        assertThat(answers).hasSize(2);

        gone.cancel(null);
        gone.run(() -> new InferenceCalls(null).serverLive(ServerLiveRequest.getDefaultInstance(), client));

        assertThat(answers).hasSize(2);
    }
}
