package io.mlaas.sharing.passport;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.provenance.bom.BillOfMaterials;
import io.mlaas.provenance.card.ModelCard;
import io.mlaas.provenance.card.ModelFacts;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@Tag(name = "Passports", description = "What everybody may read of a model, if its owner lets them")
class PassportController {
    private static final String READERS = "hasAnyRole('ANONYMOUS', 'DATA_SCIENTIST', 'OPERATOR', 'SERVICE')";
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final MediaType SVG = MediaType.parseMediaType("image/svg+xml");
    private static final MediaType MARKDOWN = new MediaType("text", "markdown", StandardCharsets.UTF_8);
    private static final MediaType BOM = MediaType.parseMediaType(BillOfMaterials.MEDIA_TYPE + ";version=1.6");
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox";

    private final Passports passports;
    private final PassportPage page;
    private final JsonMapper json;

    PassportController(Passports passports, PassportPage page, JsonMapper json) {
        this.passports = passports;
        this.page = page;
        this.json = json;
    }

    /**
     * @param disclose names of facts, {@code name.*} for all below a name, {@code *} for everything; nothing if left out
     */
    record PublicationRequest(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable
            Boolean published,

            @Nullable List<String> disclose) {}

    @PutMapping("/model/{model_id}/passport")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "publishPassport",
            summary = "Publish the own model's passport, choose what it discloses, or withdraw it at once",
            description = "Whoever knows the model's id can read a published passport without a token, and with it the"
                    + " model's name, description, digest, signatures, proofs and verdicts; of the facts of its training only"
                    + " those that disclose names.")
    Passport.Publication publish(
            @PathVariable("model_id") UUID id, @RequestBody PublicationRequest request, Caller caller) {
        Boolean published = request.published();
        if (published == null) {
            throw PlatformProblem.INVALID_REQUEST.because("published: missing (expected: true or false)");
        }
        List<String> disclose = request.disclose();
        return passports.publish(id, published, Disclosed.parse(disclose == null ? List.of() : disclose), caller);
    }

    @GetMapping("/model/{model_id}/passport")
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelPassport",
            summary = "What a model is, how it came about as far as that is disclosed, and how to check it",
            description =
                    "Without a token if its owner published it. As text/html it is a page that needs nothing else.")
    @ApiResponse(
            responseCode = "200",
            description = "The passport",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = Passport.class)),
                @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string"))
            })
    ResponseEntity<byte[]> passport(
            @PathVariable("model_id") UUID id,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            @Parameter(hidden = true) Optional<Caller> caller,
            HttpServletRequest request) {
        Passport passport = passports.of(id, caller, ModelAddress.of(id, request));
        return Accepted.prefers(accept, MediaType.TEXT_HTML, MediaType.APPLICATION_JSON)
                ? answer(caller, HTML, bytes(page.of(passport)), page.contentSecurityPolicy())
                : answer(caller, MediaType.APPLICATION_JSON, json.writeValueAsBytes(passport), NOTHING);
    }

    @GetMapping("/model/{model_id}/badge.svg")
    @PreAuthorize(READERS)
    @Operation(operationId = "modelBadge", summary = "How often the model came out again when it was trained again")
    @ApiResponse(
            responseCode = "200",
            description = "A small picture",
            content = @Content(mediaType = "image/svg+xml", schema = @Schema(type = "string")))
    ResponseEntity<byte[]> badge(
            @PathVariable("model_id") UUID id,
            @Parameter(hidden = true) Optional<Caller> caller,
            HttpServletRequest request) {
        Passport passport = passports.of(id, caller, ModelAddress.of(id, request));
        return answer(caller, SVG, bytes(Badge.of(passport.reproductions()).svg()), NOTHING);
    }

    @GetMapping("/model/{model_id}/bom")
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelBillOfMaterials",
            summary = "What a model is made of, as far as that is disclosed: CycloneDX 1.6")
    @ApiResponse(
            responseCode = "200",
            description = "ML-BOM",
            content = @Content(mediaType = BillOfMaterials.MEDIA_TYPE, schema = @Schema(types = "object")))
    ResponseEntity<byte[]> billOfMaterials(
            @PathVariable("model_id") UUID id,
            @Parameter(hidden = true) Optional<Caller> caller,
            HttpServletRequest request) {
        return answer(caller, BOM, json.writeValueAsBytes(BillOfMaterials.of(facts(id, caller, request))), NOTHING);
    }

    @GetMapping("/model/{model_id}/card")
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelCard",
            summary = "The model card, from the facts that are disclosed",
            description = "Markdown with the metadata that model hubs read; as application/json the same facts.")
    @ApiResponse(
            responseCode = "200",
            description = "Model card",
            content = {
                @Content(mediaType = ModelCard.MEDIA_TYPE, schema = @Schema(type = "string")),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = ModelFacts.class))
            })
    ResponseEntity<byte[]> card(
            @PathVariable("model_id") UUID id,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            @Parameter(hidden = true) Optional<Caller> caller,
            HttpServletRequest request) {
        ModelFacts facts = facts(id, caller, request);
        return Accepted.prefers(accept, MediaType.APPLICATION_JSON, MARKDOWN)
                ? answer(caller, MediaType.APPLICATION_JSON, json.writeValueAsBytes(facts), NOTHING)
                : answer(caller, MARKDOWN, bytes(ModelCard.markdown(facts)), NOTHING);
    }

    private ModelFacts facts(UUID id, Optional<Caller> caller, HttpServletRequest request) {
        return PassportFacts.of(passports.of(id, caller, ModelAddress.of(id, request)), passports.revision(id));
    }

    /** Whoever keeps an answer asks each time whether it still holds: what is withdrawn is gone at once. */
    private static ResponseEntity<byte[]> answer(
            Optional<Caller> caller, MediaType type, byte[] body, String pagePolicy) {
        return ResponseEntity.ok()
                .contentType(type)
                .header(HttpHeaders.CACHE_CONTROL, (caller.isEmpty() ? "public" : "private") + ", no-cache")
                .header("Content-Security-Policy", pagePolicy)
                .varyBy(HttpHeaders.ACCEPT, HttpHeaders.AUTHORIZATION)
                .eTag(DigestUtils.md5DigestAsHex(body))
                .body(body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
