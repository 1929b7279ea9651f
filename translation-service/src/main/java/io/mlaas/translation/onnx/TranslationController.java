package io.mlaas.translation.onnx;

import io.mlaas.api.sharing.ModelStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@Tag(name = "Translations")
class TranslationController {
    private final Translations translations;
    private final Registry registry;

    TranslationController(Translations translations, Registry registry) {
        this.translations = translations;
        this.registry = registry;
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
    @ApiResponse(responseCode = "201", description = "Translated, compared and registered")
    @ApiResponse(
            responseCode = "202",
            description = "Translated, compared and stored; the chain is slow: Location is the status to look at")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = "/translate/{model_id}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Translation> translate(
            @PathVariable("model_id") UUID modelId,
            @Parameter(description = "Version of ONNX's operator set, 15 to 26; 17 if it is not given")
                    @RequestParam(name = "opset", required = false)
                    @Nullable
                    Integer opset,
            @Parameter(description = "Store large weights in 8 bits; the certificate tells the cost")
                    @RequestParam(name = "quantize", defaultValue = "false")
                    boolean quantize) {
        Translation translation = translations.translate(modelId, Wish.of(opset, quantize));
        boolean verified = isVerified(translation);
        HttpStatus status =
                !verified ? HttpStatus.ACCEPTED : translation.created() ? HttpStatus.CREATED : HttpStatus.OK;
        return ResponseEntity.status(status)
                .location(URI.create("/model/" + translation.modelId() + (verified ? "" : "/status")))
                .body(translation);
    }

    /** In the API document it is one operation with the one above. */
    @Operation(hidden = true)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = "/translate/{model_id}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    void translateToBytes(
            @PathVariable("model_id") UUID modelId,
            @RequestParam(name = "opset", required = false) @Nullable Integer opset,
            @RequestParam(name = "quantize", defaultValue = "false") boolean quantize,
            HttpServletResponse response) {
        Translation translation = translations.translate(modelId, Wish.of(opset, quantize));
        if (!isVerified(translation)) {
            throw TranslationProblem.TRANSLATION_NOT_TRAINED_YET.retryAfter(
                    5, "The translation " + translation.modelId() + " is stored, but not on the chain yet.");
        }
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

    @Operation(summary = "The translation of a model, with its certificate")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @GetMapping(path = "/translate/{model_id}", produces = MediaType.APPLICATION_JSON_VALUE)
    Translation translation(@PathVariable("model_id") UUID modelId) {
        ModelStatus model = registry.model(modelId);
        return registry.translationOf(model.modelId())
                .orElseThrow(() -> TranslationProblem.TRANSLATION_UNKNOWN.because("model_id: " + modelId));
    }

    @Operation(summary = "The parity certificate of a model's latest translation")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @GetMapping(path = "/translate/{model_id}/certificate", produces = MediaType.APPLICATION_JSON_VALUE)
    JsonNode translationCertificate(@PathVariable("model_id") UUID modelId) {
        return translation(modelId).certificate();
    }

    @Operation(summary = "What of a model could not be translated: every such operator, where it is and how often")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @PostMapping(path = "/translate/check", produces = MediaType.APPLICATION_JSON_VALUE)
    TranslationCheck checkTranslation(@RequestParam("model_id") UUID modelId) {
        return translations.check(modelId);
    }

    private static boolean isVerified(Translation translation) {
        return translation.status().equals("TRAINED");
    }
}
