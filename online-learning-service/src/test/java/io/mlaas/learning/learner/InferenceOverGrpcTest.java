package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mlaas.learning.inference.grpc.GRPCInferenceServiceGrpc;
import io.mlaas.learning.inference.grpc.InferTensorContents;
import io.mlaas.learning.inference.grpc.ModelInferRequest;
import io.mlaas.learning.inference.grpc.ModelInferRequest.InferInputTensor;
import io.mlaas.learning.inference.grpc.ModelInferRequest.InferRequestedOutputTensor;
import io.mlaas.learning.inference.grpc.ModelInferResponse;
import io.mlaas.learning.inference.grpc.ModelMetadataRequest;
import io.mlaas.learning.inference.grpc.ModelMetadataResponse;
import io.mlaas.learning.inference.grpc.ModelReadyRequest;
import io.mlaas.learning.inference.grpc.ServerLiveRequest;
import io.mlaas.learning.inference.grpc.ServerMetadataRequest;
import io.mlaas.learning.inference.grpc.ServerReadyRequest;
import io.mlaas.testkit.TestIdentity;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceOverGrpcTest extends RunningService {
    private static final Metadata.Key<String> CODE = Metadata.Key.of("mlaas-code", Metadata.ASCII_STRING_MARSHALLER);

    private ManagedChannel channel;

    @BeforeEach
    void open() throws Exception {
        channel = grpc();
        regression("calls", "{\"validation_share\": 0}");
        post("/learners/calls/update", rows(0, 1000, 2));
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub ours() {
        return inference(channel, TestIdentity.acmeScientist());
    }

    private static InferInputTensor.Builder numbers(String name, int... shape) {
        InferInputTensor.Builder tensor =
                InferInputTensor.newBuilder().setName(name).setDatatype("FP64");
        for (int length : shape) {
            tensor.addShape(length);
        }
        return tensor;
    }

    private static InferTensorContents contents(Double... numbers) {
        return InferTensorContents.newBuilder()
                .addAllFp64Contents(List.of(numbers))
                .build();
    }

    private static ModelInferRequest asking(String model, InferInputTensor.Builder... tensors) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setId("7");
        for (InferInputTensor.Builder tensor : tensors) {
            request.addInputs(tensor);
        }
        return request.build();
    }

    @Test
    void saysWhatItIsAndWhatItTakes() {
        assertThat(ours().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(ours().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(ours().serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getName())
                .isEqualTo("mlaas");
        assertThat(ours().modelReady(
                                ModelReadyRequest.newBuilder().setName("calls").build())
                        .getReady())
                .isTrue();

        ModelMetadataResponse model = ours().modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("calls").build());

        assertThat(model.getPlatform()).isEqualTo("mlaas_linear");
        assertThat(model.getInputsList())
                .extracting(input -> input.getName() + " " + input.getDatatype())
                .containsExactly("a FP64", "b FP64");
        assertThat(model.getOutputs(0).getShapeList()).containsExactly(-1L);
    }

    @Test
    void answersWhatRestAnswers() throws Exception {
        double expected = post("/learners/calls/predict", "{\"instances\": [[1, 0.5]]}")
                .body()
                .at("/predictions/0")
                .asDouble();

        ModelInferResponse whole =
                ours().modelInfer(asking("calls", numbers("x", 1, 2).setContents(contents(1.0, 0.5))));
        ModelInferResponse named = ours().modelInfer(asking(
                        "calls",
                        numbers("b", 1).setContents(contents(0.5)),
                        numbers("a", 1, 1)
                                .setDatatype("INT16")
                                .setContents(InferTensorContents.newBuilder().addIntContents(1)))
                .toBuilder()
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
                .build());

        for (ModelInferResponse answer : List.of(whole, named)) {
            assertThat(answer.getId()).isEqualTo("7");
            assertThat(answer.getModelVersion()).isEqualTo("1000");
            assertThat(answer.getOutputs(0).getName()).isEqualTo("y");
            assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L);
            assertThat(answer.getOutputs(0).getContents().getFp64ContentsList()).containsExactly(expected);
        }
    }

    @Test
    void saysWhatIsWrong() {
        InferInputTensor.Builder good = numbers("x", 1, 2).setContents(contents(1.0, 1.0));
        ModelInferRequest request = asking("calls", good);

        refused(request.toBuilder().clearInputs().build(), Status.Code.INVALID_ARGUMENT, "inputs: none");
        refused(asking("calls", numbers("x", 1, 2)), Status.Code.INVALID_ARGUMENT, "x: 0 values (expected: 2");
        refused(
                asking("calls", numbers("x", 1, -2).setContents(contents(1.0, 1.0))),
                Status.Code.INVALID_ARGUMENT,
                "x: shape: [1, -2]");
        refused(
                asking("calls", numbers("x", 1, 2).setDatatype("FP16").setContents(contents(1.0, 1.0))),
                Status.Code.INVALID_ARGUMENT,
                "x: contents: FP16 (expected: raw_input_contents)");
        refused(
                asking("calls", numbers("x", 1, 2).setContents(contents(1.0, Double.NaN))),
                Status.Code.INVALID_ARGUMENT,
                "row 0: b: NaN");
        refused(
                request.toBuilder().addRawInputContents(ByteString.EMPTY).build(),
                Status.Code.INVALID_ARGUMENT,
                "x: contents: given");
        refused(
                asking("calls", numbers("x", 1, 2)).toBuilder()
                        .addRawInputContents(ByteString.copyFrom(new byte[9]))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "x: 9 bytes (expected: 16)");
        refused(
                request.toBuilder()
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("z"))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "outputs: z (expected: one of [y])");
        refused(request.toBuilder().setModelVersion("3").build(), Status.Code.NOT_FOUND, "version: 3");
        refused(asking("nobody", good), Status.Code.NOT_FOUND, "name: nobody");
        refused(
                asking("calls", numbers("x", 5001, 2)).toBuilder()
                        .addRawInputContents(ByteString.copyFrom(new byte[5001 * 16]))
                        .build(),
                Status.Code.RESOURCE_EXHAUSTED,
                "rows: 5001 (expected: at most 5000)");
        refused(
                asking("calls", numbers("x", 1 << 17, 2)).toBuilder()
                        .addRawInputContents(ByteString.copyFrom(new byte[1 << 21]))
                        .build(),
                Status.Code.RESOURCE_EXHAUSTED,
                "gRPC message exceeds maximum size 1048576");
    }

    private void refused(ModelInferRequest request, Status.Code code, String text) {
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> ours().modelInfer(request));
        assertThat(refused.getStatus().getCode()).as(refused.toString()).isEqualTo(code);
        assertThat(refused.getStatus().getDescription()).startsWith(text);
    }

    /** Every procedure. */
    private static List<Consumer<GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub>> all() {
        return List.of(
                stub -> stub.serverLive(ServerLiveRequest.getDefaultInstance()),
                stub -> stub.serverReady(ServerReadyRequest.getDefaultInstance()),
                stub -> stub.serverMetadata(ServerMetadataRequest.getDefaultInstance()),
                stub -> stub.modelReady(
                        ModelReadyRequest.newBuilder().setName("calls").build()),
                stub -> stub.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("calls").build()),
                stub -> stub.modelInfer(asking("calls", numbers("x", 1, 2).setContents(contents(1.0, 1.0)))));
    }

    private Status.Code outcome(
            Consumer<GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub> procedure, String token) {
        try {
            procedure.accept(
                    token == null ? GRPCInferenceServiceGrpc.newBlockingStub(channel) : inference(channel, token));
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void letsInWhomRestLetsInAndNobodyElse() {
        String device = TestIdentity.user(UUID.randomUUID(), "device", TestIdentity.ACME, "DEVICE");
        assertThat(all())
                .hasSameSizeAs(GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods());
        for (var procedure : all()) {
            assertThat(outcome(procedure, TestIdentity.acmeScientist())).isEqualTo(Status.Code.OK);
            assertThat(outcome(procedure, device)).isEqualTo(Status.Code.OK);
            assertThat(outcome(procedure, TestIdentity.acmeOperator())).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(outcome(procedure, TestIdentity.admin())).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(outcome(procedure, TestIdentity.nobody())).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(outcome(procedure, TestIdentity.expired())).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(outcome(procedure, TestIdentity.forged())).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(outcome(procedure, TestIdentity.wrongAudience())).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(outcome(procedure, null)).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        for (var ofAModel : all().subList(3, 6)) {
            assertThat(outcome(ofAModel, TestIdentity.globexScientist())).isEqualTo(Status.Code.NOT_FOUND);
        }
    }

    @Test
    void auditsWhatIsRefusedAndNoAnswers() {
        String device = TestIdentity.user(UUID.randomUUID(), "audited-device", TestIdentity.ACME, "DEVICE");
        ModelInferRequest good = asking("calls", numbers("x", 1, 2).setContents(contents(1.0, 1.0)));

        inference(channel, device).modelInfer(good);
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> inference(channel, device)
                        .modelInfer(asking("nobody", numbers("x", 1, 2))));

        assertThat(refused.getTrailers().get(CODE)).isEqualTo("LEARNER_UNKNOWN");
        assertThat(jdbc.sql(
                                "select path || ' ' || status || ' ' || problem from audit_entry where name = 'audited-device'")
                        .query(String.class)
                        .list())
                .containsExactly("/inference.GRPCInferenceService/ModelInfer 404 LEARNER_UNKNOWN");
    }
}
