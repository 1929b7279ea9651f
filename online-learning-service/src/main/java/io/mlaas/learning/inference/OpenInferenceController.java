package io.mlaas.learning.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.problem.ProblemBody;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.learner.Learners;
import io.mlaas.learning.learner.LimitedBody;
import io.mlaas.learning.learner.Predictions;
import io.mlaas.learning.learner.ServedLearner;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Learners as models of the Open Inference Protocol; errors are {@code {"error": …}}, as it wants them. */
@RestController
@RequestMapping("/v2")
@Tag(name = "open inference protocol")
@ApiResponse(responseCode = "200", useReturnTypeSchema = true)
@ApiResponse(
        responseCode = "4XX",
        description = "What is wrong, in the protocol's form; a problem where nobody is let in",
        content = {
            @Content(
                    mediaType = MediaType.APPLICATION_JSON_VALUE,
                    schema =
                            @io.swagger.v3.oas.annotations.media.Schema(
                                    implementation = OpenInferenceController.Failure.class)),
            @Content(
                    mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                    schema = @io.swagger.v3.oas.annotations.media.Schema(implementation = ProblemBody.class))
        })
class OpenInferenceController {
    private static final String MAY_ASK = "hasAnyRole('DATA_SCIENTIST', 'DEVICE')";
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final Learners learners;
    private final LimitedBody bodies;
    private final JsonMapper json;

    OpenInferenceController(Learners learners, LimitedBody bodies, JsonMapper json) {
        this.learners = learners;
        this.bodies = bodies;
        this.json = json;
    }

    record Server(String name, String version, List<String> extensions) {}

    record Live(boolean live) {}

    record Ready(boolean ready) {}

    record ModelReady(String name, boolean ready) {}

    record TensorMetadata(String name, String datatype, List<Integer> shape) {}

    record Model(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {}

    record Tensor(String name, String datatype, List<Integer> shape, List<?> data) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Inference(
            String modelName, String modelVersion, @Nullable String id, List<Tensor> outputs) {}

    record Failure(String error) {}

    @GetMapping
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceServer", summary = "What this server is")
    Server server() {
        return new Server("mlaas", "2", List.of("binary_tensor_data"));
    }

    @GetMapping("/health/live")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceLive", summary = "Whether this server lives")
    Live live() {
        return new Live(true);
    }

    @GetMapping("/health/ready")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceReady", summary = "Whether this server answers")
    Ready ready() {
        return new Ready(true);
    }

    @GetMapping("/models/{name}")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceModel", summary = "The tensors that a learner takes and gives")
    Model model(@PathVariable("name") String name, Caller caller) {
        ServedLearner learner = learners.served(name, caller);
        Schema schema = learner.predictor().schema();
        List<TensorMetadata> inputs = new ArrayList<>();
        for (Input input : schema.inputs()) {
            List<Integer> shape = new ArrayList<>(List.of(-1));
            if (input instanceof Input.Tensor tensor) {
                shape.addAll(tensor.shape());
            }
            inputs.add(new TensorMetadata(input.name(), input instanceof Input.Nominal ? "BYTES" : "FP64", shape));
        }
        return new Model(name, List.of(), "mlaas_" + learner.algorithm(), inputs, outputs(schema));
    }

    private static List<TensorMetadata> outputs(Schema schema) {
        if (schema.classifies()) {
            return List.of(
                    new TensorMetadata("label", "BYTES", List.of(-1)),
                    new TensorMetadata("probabilities", "FP64", List.of(-1, schema.outputs())));
        }
        return schema.target().names().stream()
                .map(name -> new TensorMetadata(name, "FP64", List.of(-1)))
                .toList();
    }

    @GetMapping("/models/{name}/ready")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceModelReady", summary = "Whether a learner answers")
    ModelReady modelReady(@PathVariable("name") String name, Caller caller) {
        return new ModelReady(learners.served(name, caller).name(), true);
    }

    @PostMapping(
            path = "/models/{name}/infer",
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE})
    @PreAuthorize(MAY_ASK)
    @Operation(
            operationId = "infer",
            summary = "Ask a learner",
            description =
                    "A tensor per input, or one of all inputs if they are numbers; as JSON, or binary after the JSON"
                            + " whose length Inference-Header-Content-Length says.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @io.swagger.v3.oas.annotations.media.Schema(type = "object"),
                            examples =
                                    @ExampleObject(
                                            "{\"inputs\": [{\"name\": \"pressure\", \"datatype\": \"FP64\", \"shape\": [2], \"data\": [1.5, 2]}]}")))
    Inference infer(
            @PathVariable("name") String name,
            @RequestHeader(name = HEADER_LENGTH, required = false) @Nullable Integer headerLength,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        Predictor predictor = learners.served(name, caller).predictor();
        byte[] body = bodies.read(request);
        int length = headerLength == null ? body.length : headerLength;
        if (length < 0 || length > body.length) {
            throw new InferenceException(
                    HEADER_LENGTH + ": " + length + " (expected: at most " + body.length + ", the body)");
        }
        JsonNode asked = parse(body, length);
        ByteBuffer binary = ByteBuffer.wrap(body, length, body.length - length);
        List<InferenceTensor> tensors = new ArrayList<>();
        for (JsonNode tensor : asked.path("inputs")) {
            tensors.add(InferenceTensor.parse(tensor, binary));
        }
        double[] rows = new TensorRows(predictor.schema()).rows(tensors);
        int count = tensors.getFirst().rows();
        JsonNode id = asked.path("id");
        return new Inference(
                name,
                String.valueOf(predictor.learned()),
                id.isString() ? id.stringValue() : null,
                tensors(predictor.schema(), count, predictor.predict(count, rows)));
    }

    private JsonNode parse(byte[] body, int length) {
        try {
            return json.readTree(body, 0, length);
        } catch (JacksonException e) {
            InferenceException refused = new InferenceException("the body is not the JSON that is expected");
            refused.initCause(e);
            throw refused;
        }
    }

    private static List<Tensor> tensors(Schema schema, int rows, double[] predicted) {
        int outputs = schema.outputs();
        if (schema.classifies()) {
            return List.of(
                    new Tensor("label", "BYTES", List.of(rows), new Predictions(schema, rows, predicted).labels()),
                    new Tensor("probabilities", "FP64", List.of(rows, outputs), every(predicted, 0, 1)));
        }
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            tensors.add(
                    new Tensor(schema.target().names().get(i), "FP64", List.of(rows), every(predicted, i, outputs)));
        }
        return tensors;
    }

    private static List<Double> every(double[] values, int from, int step) {
        List<Double> column = new ArrayList<>();
        for (int i = from; i < values.length; i += step) {
            column.add(values[i]);
        }
        return column;
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(InferenceException refused) {
        return ResponseEntity.status(HttpStatus.BAD_REQUEST).body(new Failure(String.valueOf(refused.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(BatchRefused refused) {
        return ResponseEntity.status(HttpStatus.BAD_REQUEST).body(new Failure(String.valueOf(refused.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(ProblemException problem) {
        return ResponseEntity.status(problem.problem().status()).body(new Failure(problem.detail()));
    }
}
