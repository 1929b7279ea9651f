package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OpenInferenceApiTest extends RunningService {
    private static final String COLUMNS = """
            {"id": "7", "inputs": [{"name": "b", "datatype": "INT32", "shape": [2], "data": [1, -1]},
                                   {"name": "a", "datatype": "FP32", "shape": [2, 1], "data": [[1], [0.5]]}]}
            """;

    private String taught() throws Exception {
        regression("tensors", "{\"validation_share\": 0}");
        post("/learners/tensors/update", rows(0, 1000, 2));
        return "tensors";
    }

    @Test
    void saysWhatItIsAndWhatItTakes() throws Exception {
        taught();

        assertThat(get("/v2").body().path("name").asString()).isEqualTo("mlaas");
        assertThat(get("/v2/health/live").body().path("live").asBoolean()).isTrue();
        assertThat(get("/v2/health/ready").body().path("ready").asBoolean()).isTrue();
        assertThat(get("/v2/models/tensors/ready").body().path("ready").asBoolean())
                .isTrue();
        assertThat(get("/v2/models/tensors").text())
                .isEqualTo("{\"name\":\"tensors\",\"versions\":[],\"platform\":\"mlaas_linear\","
                        + "\"inputs\":[{\"name\":\"a\",\"datatype\":\"FP64\",\"shape\":[-1]},"
                        + "{\"name\":\"b\",\"datatype\":\"FP64\",\"shape\":[-1]}],"
                        + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP64\",\"shape\":[-1]}]}");
    }

    @Test
    void answersTensorsOfNamesAndOneOfAllAndBinaryOnesAlike() throws Exception {
        taught();
        JsonNode expected = post("/learners/tensors/predict", "{\"instances\": [[1, 1], [0.5, -1]]}")
                .body()
                .path("predictions");

        Answer named = post("/v2/models/tensors/infer", COLUMNS);
        Answer whole = post(
                "/v2/models/tensors/infer",
                "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP64\", \"shape\": [2, 2], \"data\": [1, 1, 0.5, -1]}]}");
        JsonNode binary = binary();

        assertThat(named.body().path("id").asString()).isEqualTo("7");
        for (JsonNode answer : new JsonNode[] {named.body(), whole.body(), binary}) {
            assertThat(answer.at("/outputs/0/data")).as(answer.toString()).isEqualTo(expected);
            assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[2]");
            assertThat(answer.path("model_name").asString()).isEqualTo("tensors");
        }
    }

    private JsonNode binary() throws Exception {
        byte[] head =
                "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [2, 2], \"parameters\": {\"binary_data_size\": 16}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        ByteBuffer numbers = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : new float[] {1, 1, 0.5f, -1}) {
            numbers.putFloat(number);
        }
        body.writeBytes(numbers.array());
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/models/tensors/infer"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Content-Type", "application/octet-stream")
                        .header("Inference-Header-Content-Length", String.valueOf(head.length))
                        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                BodyHandlers.ofString());
        return json.readTree(answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"inputs": []} | 400 | inputs: none
            {"inputs": [{"name": "a", "datatype": "FP64", "shape": [1], "data": [1]}]} | 400 | b: missing
            {"inputs": [{"name": "a", "datatype": "FP99", "shape": [1], "data": [1]}]} | 400 | a: datatype: FP99
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 3], "data": [1, 2, 3]}]} | 400 | x: 3 values a row
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1]}]} | 400 | x: 1 values
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [99999, 99999], "data": [1]}]} | 400 | x: shape
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1, "a"]}]} | 400 | x: data[1]
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "parameters": {"binary_data_size": 16}}]} | 400 | x: binary_data_size: 16
            [ | 400 | the body is not
            """)
    void saysWhatIsWrongInTheProtocolsForm(String body, int status, String error) throws Exception {
        taught();

        Answer answer = post("/v2/models/tensors/infer", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.body().path("error").asString()).startsWith(error);
        assertThat(post("/v2/models/nobody/infer", COLUMNS).status()).isEqualTo(404);
    }
}
