package io.mlaas.learning.inference;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mlaas.kit.observe.Correlation;
import io.mlaas.learning.inference.grpc.GRPCInferenceServiceGrpc;
import io.mlaas.learning.inference.grpc.ModelInferRequest;
import io.mlaas.learning.inference.grpc.ModelInferResponse;
import io.mlaas.learning.inference.grpc.ModelMetadataRequest;
import io.mlaas.learning.inference.grpc.ModelMetadataResponse;
import io.mlaas.learning.inference.grpc.ModelReadyRequest;
import io.mlaas.learning.inference.grpc.ModelReadyResponse;
import io.mlaas.learning.inference.grpc.ServerLiveRequest;
import io.mlaas.learning.inference.grpc.ServerLiveResponse;
import io.mlaas.learning.inference.grpc.ServerMetadataRequest;
import io.mlaas.learning.inference.grpc.ServerMetadataResponse;
import io.mlaas.learning.inference.grpc.ServerReadyRequest;
import io.mlaas.learning.inference.grpc.ServerReadyResponse;
import io.mlaas.learning.learner.Asking;
import io.mlaas.learning.learner.Learners;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Learners as models of the Open Inference Protocol, over gRPC. */
@Component
final class InferenceCalls extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private final Learners learners;

    InferenceCalls(Learners learners) {
        this.learners = learners;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answers) {
        answer(answers, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answers) {
        answer(answers, () -> ServerReadyResponse.newBuilder().setReady(true).build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answers) {
        answer(answers, () -> ServerMetadataResponse.newBuilder()
                .setName(OpenInferenceController.NAME)
                .setVersion(OpenInferenceController.VERSION)
                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answers) {
        answer(answers, () -> {
            model(request.getName(), request.getVersion());
            return ModelReadyResponse.newBuilder().setReady(true).build();
        });
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answers) {
        answer(answers, () -> {
            InferenceModel model = model(request.getName(), request.getVersion());
            return ModelMetadataResponse.newBuilder()
                    .setName(model.name())
                    .setPlatform(model.platform())
                    .addAllInputs(model.inputs().stream()
                            .map(TensorMessages::metadata)
                            .toList())
                    .addAllOutputs(model.outputs().stream()
                            .map(TensorMessages::metadata)
                            .toList())
                    .build();
        });
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> answers) {
        answer(answers, () -> infer(request));
    }

    /** Values come back in the form in which they were sent. */
    private ModelInferResponse infer(ModelInferRequest request) {
        InferenceModel model = model(request.getModelName(), request.getModelVersion());
        boolean raw = request.getRawInputContentsCount() > 0;
        if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
            throw new InferenceException("raw_input_contents: " + request.getRawInputContentsCount() + " (expected: "
                    + request.getInputsCount() + ", one of each input)");
        }
        List<InferenceTensor> inputs = new ArrayList<>();
        for (int i = 0; i < request.getInputsCount(); i++) {
            inputs.add(
                    raw
                            ? TensorMessages.parse(request.getInputs(i), request.getRawInputContents(i))
                            : TensorMessages.parse(request.getInputs(i)));
        }
        Set<String> wanted = new LinkedHashSet<>();
        request.getOutputsList().forEach(output -> wanted.add(output.getName()));
        Asking asking = Asking.of(KnownCallers.CALLER.get(), request.getId());
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(model.version())
                .setId(request.getId().isEmpty() ? asking.id() : request.getId());
        for (InferenceTensor output : model.infer(inputs, wanted, asking)) {
            response.addOutputs(TensorMessages.output(output, !raw));
            if (raw) {
                response.addRawOutputContents(ByteString.copyFrom(output.bytes()));
            }
        }
        return response.build();
    }

    private InferenceModel model(String name, String version) {
        InferenceModel model = new InferenceModel(learners.served(name, KnownCallers.CALLER.get()));
        if (!version.isEmpty()) {
            try {
                model.require(version);
            } catch (VersionGoneException gone) {
                throw Status.NOT_FOUND
                        .withDescription(gone.getMessage())
                        .withCause(gone)
                        .asRuntimeException();
            }
        }
        return model;
    }

    /** What nobody waits for any more, because of its deadline or because the caller went away, is not worked on. */
    private static <A> void answer(StreamObserver<A> answers, Supplier<A> work) {
        if (Context.current().isCancelled()) {
            return;
        }
        try (var ignored = Correlation.within(KnownCallers.CORRELATION.get())) {
            A answer;
            try {
                answer = work.get();
            } catch (RuntimeException e) {
                GrpcFailure failure = GrpcFailure.of(e);
                answers.onError(failure.status().asRuntimeException(failure.trailers()));
                return;
            }
            answers.onNext(answer);
            answers.onCompleted();
        }
    }
}
