package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.mlaas.learning.inference.grpc.InferTensorContents;
import io.mlaas.learning.inference.grpc.ModelInferRequest;
import io.mlaas.learning.inference.grpc.ModelInferRequest.InferInputTensor;
import io.mlaas.learning.inference.grpc.ModelInferResponse;
import io.mlaas.testkit.TestIdentity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The example of KServe's documentation, with its requests as they are: a model {@code sklearn-iris}, which says of two
 * flowers that both are of species 1.
 */
class IrisTest extends RunningService {
    private static final Path IRIS = Path.of(System.getProperty("mlaas.home"), "demo/iris");
    private static final float[] FLOWERS = {6.8f, 2.8f, 4.8f, 1.4f, 6.0f, 3.4f, 4.5f, 1.6f};

    private ManagedChannel channel;

    @BeforeEach
    void teach() throws Exception {
        channel = grpc();
        if (post("/learners", Files.readString(IRIS.resolve("learner.json"))).status() != 201) {
            return;
        }
        List<String> lines = Files.readAllLines(IRIS.resolve("iris.csv"));
        List<String> instances = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        // The rows are in the order of their species: of each in turn.
        for (int i = 0; i < 3000; i++) {
            String line = lines.get(1 + i % 3 * 50 + i / 3 % 50);
            instances.add("[" + line.substring(0, line.lastIndexOf(',')) + "]");
            targets.add(line.substring(line.lastIndexOf(',') + 1));
        }
        assertThat(post(
                                "/learners/sklearn-iris/update",
                                "{\"instances\":" + instances + ",\"targets\":" + targets + "}")
                        .status())
                .isEqualTo(200);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
    }

    @Test
    void answersAsInKServesDocumentation() throws Exception {
        assertThat(post("/v1/models/sklearn-iris:predict", Files.readString(IRIS.resolve("iris-input.json")))
                        .text())
                .isEqualTo("{\"predictions\":[1,1]}");
    }

    @Test
    void answersInVersion2() throws Exception {
        Answer answer = post("/v2/models/sklearn-iris/infer", Files.readString(IRIS.resolve("iris-input-v2.json")));

        assertThat(answer.body().path("model_name").asString()).isEqualTo("sklearn-iris");
        assertThat(answer.body().at("/outputs/0").toString())
                .isEqualTo("{\"name\":\"label\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[1,1]}");
    }

    @Test
    void answersOverGrpcTypedAndRaw() {
        InferInputTensor flowers = InferInputTensor.newBuilder()
                .setName("input-0")
                .setDatatype("FP32")
                .addShape(2)
                .addShape(4)
                .build();
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        ByteBuffer raw = ByteBuffer.allocate(4 * FLOWERS.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : FLOWERS) {
            contents.addFp32Contents(value);
            raw.putFloat(value);
        }

        ModelInferResponse typed = inference(channel, TestIdentity.acmeScientist())
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName("sklearn-iris")
                        .addInputs(flowers.toBuilder().setContents(contents))
                        .build());
        ModelInferResponse binary = inference(channel, TestIdentity.acmeScientist())
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName("sklearn-iris")
                        .addInputs(flowers)
                        .addRawInputContents(ByteString.copyFrom(raw.array()))
                        .build());

        assertThat(typed.getOutputs(0).getDatatype()).isEqualTo("INT64");
        assertThat(typed.getOutputs(0).getContents().getInt64ContentsList()).containsExactly(1L, 1L);
        assertThat(typed.getRawOutputContentsList()).isEmpty();
        assertThat(binary.getOutputs(0).hasContents()).isFalse();
        assertThat(binary.getRawOutputContents(0).toByteArray())
                .isEqualTo(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0});
    }
}
