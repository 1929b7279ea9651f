package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.security.Caller;
import io.mlaas.translation.onnx.Translations.Outcome;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.beans.propertyeditors.CustomCollectionEditor;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.InitBinder;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.json.JsonMapper;

@RestController
@Tag(name = "Translations")
class TranslationController {
    private static final String RETRY_SECONDS = "2";
    /** Without the paths of others, so that a wrong method there is 405 and not a malformed id. */
    private static final String TRANSLATIONS_OF_A_MODEL = "/translate/{model_id:(?!(?:check|keys)$).+}";

    private final Translations translations;
    private final Registry registry;
    private final JsonMapper json;

    TranslationController(Translations translations, Registry registry, JsonMapper json) {
        this.translations = translations;
        this.registry = registry;
        this.json = json;
    }

    /** Shapes have commas in them, where Spring's lists would end. */
    @InitBinder
    void keepCommas(WebDataBinder binder) {
        binder.registerCustomEditor(List.class, new CustomCollectionEditor(List.class));
    }

    @Operation(summary = "Translate a trained model to ONNX; repeating it answers the first translation")
    @ApiResponse(
            responseCode = "200",
            description = "It was translated before, or the bytes were asked for",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = Translation.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                        schema = @Schema(type = "string", format = "binary"))
            })
    @ApiResponse(
            responseCode = "201",
            description = "Translated, compared, registered and verified on the chain",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Translation.class)))
    @ApiResponse(
            responseCode = "202",
            description = "It takes longer: Location is the status to look at, and goes on to be so whatever happens",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = TranslationStatus.class)))
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = TRANSLATIONS_OF_A_MODEL, produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> translate(
            @PathVariable("model_id") UUID modelId,
            // first of all, since only this argument tells a form that is too large
            @Parameter(
                            description = "Inputs and outputs recorded in the source framework, a file of numpy.savez:"
                                    + " the translation is compared with these too")
                    @RequestPart(name = "reference", required = false)
                    @Nullable
                    MultipartFile reference,
            @ParameterObject TranslationQuery query,
            @ParameterObject InputQuery inputs,
            @Parameter(description = "respond-async, or wait=<seconds, at most 60>; it waits for 2 seconds by default")
                    @RequestHeader(name = "Prefer", required = false)
                    @Nullable
                    String prefer,
            @Parameter(hidden = true) Caller caller) {
        return switch (translations.translate(query.asked(modelId, inputs, reference, prefer), caller)) {
            case Outcome.Made(Translation translation) ->
                ResponseEntity.status(translation.created() ? HttpStatus.CREATED : HttpStatus.OK)
                        .location(URI.create("/model/" + translation.modelId()))
                        .body(translation);
            case Outcome.UnderWay(TranslationStatus status) ->
                ResponseEntity.accepted()
                        .location(URI.create(TranslationJob.path(status.translationId())))
                        .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                        .body(status);
        };
    }

    /** In the API document it is one operation with the one above. */
    @Operation(hidden = true)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = TRANSLATIONS_OF_A_MODEL, produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    void translateToBytes(
            @PathVariable("model_id") UUID modelId,
            @RequestPart(name = "reference", required = false) @Nullable MultipartFile reference,
            TranslationQuery query,
            InputQuery inputs,
            @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
            Caller caller,
            HttpServletResponse response)
            throws IOException {
        switch (translations.translate(query.asked(modelId, inputs, reference, prefer), caller)) {
            case Outcome.Made(Translation translation) -> send(translation, modelId, response);
            case Outcome.UnderWay(TranslationStatus status) -> {
                response.setStatus(HttpServletResponse.SC_ACCEPTED);
                response.setHeader(HttpHeaders.LOCATION, TranslationJob.path(status.translationId()));
                response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
                response.setContentType(MediaType.APPLICATION_JSON_VALUE);
                response.getOutputStream().write(json.writeValueAsBytes(status));
            }
        }
    }

    private void send(Translation translation, UUID modelId, HttpServletResponse response) {
        registry.deliver(translation.modelId(), in -> {
            response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
            response.setContentLengthLong(translation.sizeBytes());
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    ContentDisposition.attachment()
                            .filename(translation.fileName(), StandardCharsets.UTF_8)
                            .build()
                            .toString());
            response.setHeader("X-Model-Id", translation.modelId().toString());
            response.setHeader("X-Source-Model-Id", modelId.toString());
            response.setHeader(HttpHeaders.ETAG, '"' + translation.sha256() + '"');
            in.transferTo(response.getOutputStream());
        });
    }

    @Operation(
            summary = "How far a translation is that took longer than its request",
            description =
                    "QUEUED, RUNNING, DONE with the id of the new model, or FAILED with the problem. What a crash of"
                            + " the service broke off is taken up again.")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @GetMapping(path = "/translate/status/{translation_id}", produces = MediaType.APPLICATION_JSON_VALUE)
    TranslationStatus translationStatus(
            @PathVariable("translation_id") UUID id, @Parameter(hidden = true) Caller caller) {
        return translations.status(id, caller);
    }

    @Operation(summary = "The translation of a model, with its certificate")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @GetMapping(path = TRANSLATIONS_OF_A_MODEL, produces = MediaType.APPLICATION_JSON_VALUE)
    Translation translation(@PathVariable("model_id") UUID modelId) {
        ModelStatus model = registry.model(modelId);
        return registry.translationOf(model.modelId())
                .orElseThrow(() -> TranslationProblem.TRANSLATION_UNKNOWN.because("model_id: " + modelId));
    }

    @Operation(
            summary = "The signed parity certificate of a model's latest translation",
            description = "Byte for byte as it was registered: its SHA-256 is definition_sha256 of the translation's"
                    + " contract; GET /translate/keys has the keys that sign.")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(types = "object")))
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @GetMapping(path = "/translate/{model_id}/certificate", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> translationCertificate(@PathVariable("model_id") UUID modelId) {
        UUID id = translation(modelId).modelId();
        return ResponseEntity.ok().header("X-Model-Id", id.toString()).body(registry.certificate(id));
    }

    @Operation(summary = "What of a model could not be translated: every such operator, where it is and how often")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = "/translate/check", produces = MediaType.APPLICATION_JSON_VALUE)
    TranslationCheck checkTranslation(
            @RequestParam("model_id") UUID modelId,
            @ParameterObject InputQuery query,
            @Parameter(hidden = true) Caller caller) {
        return translations.check(modelId, query.given(), caller);
    }
}
