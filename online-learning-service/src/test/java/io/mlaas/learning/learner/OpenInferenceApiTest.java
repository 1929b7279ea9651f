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
import org.junit.jupiter.params.provider.ValueSource;
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
    void answersAsTheVersionThatItIs() throws Exception {
        taught();
        Answer asked = post("/v2/models/tensors/infer", COLUMNS);
        String version = asked.body().path("model_version").asString();
        String path = "/v2/models/tensors/versions/" + version;

        assertThat(post(path + "/infer", COLUMNS).body()).isEqualTo(asked.body());
        assertThat(get(path).body().at("/versions/0").asString()).isEqualTo(version);
        assertThat(get(path + "/ready").body().path("ready").asBoolean()).isTrue();
        Answer gone = post("/v2/models/tensors/versions/7/infer", COLUMNS);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.body().path("error").asString())
                .isEqualTo("version: 7 (expected: none, or " + version + ", what there is now)");
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
        return json.readTree(send(body.toByteArray(), head.length).body());
    }

    private HttpResponse<byte[]> send(byte[] body, int headLength) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/models/tensors/infer"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Content-Type", "application/octet-stream")
                        .header("Inference-Header-Content-Length", String.valueOf(headLength))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"parameters\": {\"binary_data_output\": true}",
                "\"outputs\": [{\"name\": \"y\", \"parameters\": {\"binary_data\": true}}]"
            })
    void answersBinaryWhereItIsAskedFor(String asked) throws Exception {
        taught();
        double expected = post("/learners/tensors/predict", "{\"instances\": [[1, 1]]}")
                .body()
                .at("/predictions/0")
                .asDouble();
        byte[] body = ("{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP64\", \"shape\": [1, 2], \"data\": [1, 1]}],"
                        + asked + "}")
                .getBytes(StandardCharsets.UTF_8);

        HttpResponse<byte[]> answer = send(body, body.length);

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        int head = Integer.parseInt(
                answer.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
        assertThat(json.readTree(answer.body(), 0, head).at("/outputs/0").toString())
                .isEqualTo("{\"name\":\"y\",\"datatype\":\"FP64\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":8}}");
        assertThat(answer.body()).hasSize(head + 8);
        assertThat(ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN).getDouble(head))
                .isEqualTo(expected);
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
            {"inputs": [{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1, 1]}], "outputs": [{"name": "z"}]} | 400 | outputs: z
            {"inputs": [], "parameters": {"binary_data_output": 1}} | 400 | binary_data_output: 1
            [ | 400 | the body: not whole
            """)
    void saysWhatIsWrongInTheProtocolsForm(String body, int status, String error) throws Exception {
        taught();

        Answer answer = post("/v2/models/tensors/infer", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.body().path("error").asString()).startsWith(error);
        assertThat(post("/v2/models/nobody/infer", COLUMNS).status()).isEqualTo(404);
    }
}
