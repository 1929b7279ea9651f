package io.mlaas.learning.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.audit.ChangesNothing;
import io.mlaas.kit.json.JsonPlace;
import io.mlaas.kit.problem.ProblemBody;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import io.mlaas.learning.inference.InferenceModel.TensorMetadata;
import io.mlaas.learning.learner.Asking;
import io.mlaas.learning.learner.Learners;
import io.mlaas.learning.learner.LimitedBody;
import io.mlaas.learning.learner.ServedLearner;
import io.mlaas.online.BatchRefused;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
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
    static final String NAME = "mlaas";
    static final String VERSION = "2";
    static final List<String> EXTENSIONS = List.of("binary_tensor_data");

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

    record Model(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Inference(
            String modelName, String modelVersion, @Nullable String id, List<TensorJson.Output> outputs) {}

    record Failure(String error) {}

    @GetMapping
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceServer", summary = "What this server is")
    Server server() {
        return new Server(NAME, VERSION, EXTENSIONS);
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
        return described(new InferenceModel(learners.served(name, caller)), List.of());
    }

    private static Model described(InferenceModel model, List<String> versions) {
        return new Model(model.name(), versions, model.platform(), model.inputs(), model.outputs());
    }

    @GetMapping("/models/{name}/versions/{version}")
    @PreAuthorize(MAY_ASK)
    @Operation(
            operationId = "inferenceVersion",
            summary = "The same of a version",
            description =
                    "A learner has one version, the rows that it has learned: of an earlier one nothing is known.")
    Model version(@PathVariable("name") String name, @PathVariable("version") String version, Caller caller) {
        return described(version(learners.served(name, caller), version), List.of(version));
    }

    private static InferenceModel version(ServedLearner learner, String version) {
        InferenceModel model = new InferenceModel(learner);
        model.require(version);
        return model;
    }

    @GetMapping("/models/{name}/ready")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceModelReady", summary = "Whether a learner answers")
    ModelReady modelReady(@PathVariable("name") String name, Caller caller) {
        return new ModelReady(learners.served(name, caller).name(), true);
    }

    @GetMapping("/models/{name}/versions/{version}/ready")
    @PreAuthorize(MAY_ASK)
    @Operation(operationId = "inferenceVersionReady", summary = "Whether a learner answers as that version")
    ModelReady versionReady(@PathVariable("name") String name, @PathVariable("version") String version, Caller caller) {
        return new ModelReady(version(learners.served(name, caller), version).name(), true);
    }

    @ChangesNothing
    @PostMapping(
            path = "/models/{name}/versions/{version}/infer",
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE})
    @PreAuthorize(MAY_ASK)
    @Operation(
            operationId = "inferVersion",
            summary = "Ask a version of a learner",
            description = "As without the version; refused with 404 once the learner has learned more rows than that.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @io.swagger.v3.oas.annotations.media.Schema(implementation = Inference.class)))
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @io.swagger.v3.oas.annotations.media.Schema(type = "object")))
    ResponseEntity<Object> inferVersion(
            @PathVariable("name") String name,
            @PathVariable("version") String version,
            @RequestHeader(name = HEADER_LENGTH, required = false) @Nullable Integer headerLength,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        return infer(version(learners.served(name, caller), version), headerLength, request, caller);
    }

    @ChangesNothing
    @PostMapping(
            path = "/models/{name}/infer",
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE})
    @PreAuthorize(MAY_ASK)
    @Operation(
            operationId = "infer",
            summary = "Ask a learner",
            description =
                    "A tensor per input, or one of all inputs if they are numbers; as JSON, or binary after the JSON"
                            + " whose length Inference-Header-Content-Length says. The answer has those outputs that"
                            + " are asked for, else all; binary where binary_data or binary_data_output is true.")
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @io.swagger.v3.oas.annotations.media.Schema(implementation = Inference.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                        schema = @io.swagger.v3.oas.annotations.media.Schema(type = "string", format = "binary"))
            })
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @io.swagger.v3.oas.annotations.media.Schema(type = "object"),
                            examples =
                                    @ExampleObject(
                                            "{\"inputs\": [{\"name\": \"pressure\", \"datatype\": \"FP64\", \"shape\": [2], \"data\": [1.5, 2]}]}")))
    ResponseEntity<Object> infer(
            @PathVariable("name") String name,
            @RequestHeader(name = HEADER_LENGTH, required = false) @Nullable Integer headerLength,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        return infer(new InferenceModel(learners.served(name, caller)), headerLength, request, caller);
    }

    private ResponseEntity<Object> infer(
            InferenceModel model, @Nullable Integer headerLength, HttpServletRequest request, Caller caller)
            throws IOException {
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
            tensors.add(TensorJson.parse(tensor, binary));
        }
        WantedOutputs wanted = WantedOutputs.parse(asked);
        Asking asking = Asking.of(caller, asked.path("id").asString(request.getHeader(Asking.HEADER)));
        return answer(model, asked.path("id"), asking, wanted, model.infer(tensors, wanted.names(), asking));
    }

    /** JSON, and behind it the values of the outputs that are wanted binary. */
    private ResponseEntity<Object> answer(
            InferenceModel model, JsonNode id, Asking asking, WantedOutputs wanted, List<InferenceTensor> tensors) {
        List<byte[]> binary = new ArrayList<>();
        List<TensorJson.Output> outputs = new ArrayList<>();
        for (InferenceTensor tensor : tensors) {
            if (wanted.isBinary(tensor.name())) {
                byte[] bytes = tensor.bytes();
                binary.add(bytes);
                outputs.add(TensorJson.binary(tensor, bytes.length));
            } else {
                outputs.add(TensorJson.listed(tensor));
            }
        }
        Inference inference =
                new Inference(model.name(), model.version(), id.isString() ? id.stringValue() : null, outputs);
        if (binary.isEmpty()) {
            return ResponseEntity.ok().header(Asking.HEADER, asking.id()).body(inference);
        }
        byte[] head = json.writeValueAsBytes(inference);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head);
        binary.forEach(whole::writeBytes);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(HEADER_LENGTH, String.valueOf(head.length))
                .header(Asking.HEADER, asking.id())
                .body(whole.toByteArray());
    }

    private JsonNode parse(byte[] body, int length) {
        try {
            return json.readTree(body, 0, length);
        } catch (JacksonException e) {
            InferenceException refused = new InferenceException("the body: " + JsonPlace.of(e));
            refused.initCause(e);
            throw refused;
        }
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(InferenceException refused) {
        return ResponseEntity.status(HttpStatus.BAD_REQUEST).body(new Failure(String.valueOf(refused.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(VersionGoneException gone) {
        return ResponseEntity.status(HttpStatus.NOT_FOUND).body(new Failure(String.valueOf(gone.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(BatchRefused refused) {
        return ResponseEntity.status(HttpStatus.BAD_REQUEST).body(new Failure(String.valueOf(refused.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Failure> refused(ProblemException problem, HttpServletRequest request) {
        request.setAttribute(ProblemBody.CODE, problem.problem().name());
        return ResponseEntity.status(problem.problem().status()).body(new Failure(problem.detail()));
    }
}
