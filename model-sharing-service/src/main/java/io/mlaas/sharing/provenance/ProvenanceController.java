package io.mlaas.sharing.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.sharing.registry.Assets;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evidence of models and datasets; of models, also for outsiders of a published passport. */
@RestController
@Tag(name = "Provenance")
class ProvenanceController {
    private static final String READERS = "hasAnyRole('ANONYMOUS', 'DATA_SCIENTIST', 'OPERATOR', 'SERVICE')";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private final Readers readers;
    private final Assets assets;
    private final Attestations attestations;
    private final Disclosures disclosures;
    private final CurrentProofs proofs;
    private final PublishedKeys keys;
    private final JsonMapper json;

    ProvenanceController(
            Readers readers,
            Assets assets,
            Attestations attestations,
            Disclosures disclosures,
            CurrentProofs proofs,
            PublishedKeys keys,
            JsonMapper json) {
        this.readers = readers;
        this.assets = assets;
        this.attestations = attestations;
        this.disclosures = disclosures;
        this.proofs = proofs;
        this.keys = keys;
        this.json = json;
    }

    /** Which of a model's two statements. */
    enum Which {
        PROVENANCE,
        COMMITMENTS
    }

    @GetMapping(
            path = "/model/{model_id}/provenance",
            produces = {Envelope.IN_TOTO, MediaType.APPLICATION_JSON_VALUE})
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelProvenance",
            summary = "The signed statement of how a model came about",
            description = "Accept application/vnd.in-toto+json: the DSSE envelope, as it was signed and anchored;"
                    + " application/json: the statement inside, to be read. Those who may read the model get the one with"
                    + " all facts, everybody else the one of commitments.")
    @ApiResponse(
            responseCode = "200",
            description = "DSSE envelope or statement",
            content = {
                @Content(mediaType = Envelope.IN_TOTO, schema = @Schema(types = "object")),
                @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(types = "object"))
            })
    ResponseEntity<byte[]> provenance(
            @PathVariable("model_id") UUID id,
            @Parameter(schema = @Schema(allowableValues = {"provenance", "commitments"}))
                    @RequestParam(name = "statement", required = false)
                    @Nullable
                    String statement,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            @Parameter(hidden = true) Optional<Caller> caller) {
        Reader reader = readers.of(id, caller);
        Which which = statement == null ? null : Words.parse("statement", statement, Which.class);
        if (which == Which.PROVENANCE && !reader.everything()) {
            throw ProvenanceProblem.STATEMENT_WITHHELD.because("model_id: " + id);
        }
        EvidenceKind kind =
                which == Which.COMMITMENTS || !reader.everything() ? EvidenceKind.COMMITMENTS : EvidenceKind.STATEMENT;
        byte[] envelope = content(attestations.signed(id, kind, ""));
        boolean toBeRead = accept != null
                && MediaType.parseMediaTypes(accept).stream()
                        .findFirst()
                        .filter(MediaType.APPLICATION_JSON::equalsTypeAndSubtype)
                        .isPresent();
        return toBeRead
                ? ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(Envelope.parse(envelope).payload())
                : ResponseEntity.ok()
                        .contentType(MediaType.parseMediaType(Envelope.IN_TOTO))
                        .body(envelope);
    }

    @GetMapping(path = "/model/{model_id}/signature", produces = BUNDLE)
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelSignature",
            summary = "The model's OpenSSF Model Signing bundle, by the key of the company that owns it")
    @ApiResponse(
            responseCode = "200",
            description = "Sigstore bundle",
            content = @Content(mediaType = BUNDLE, schema = @Schema(types = "object")))
    ResponseEntity<byte[]> signature(
            @PathVariable("model_id") UUID id, @Parameter(hidden = true) Optional<Caller> caller) {
        readers.of(id, caller);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(BUNDLE))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"model.sig\"")
                .body(content(attestations.signed(id, EvidenceKind.SIGNATURE, "")));
    }

    @GetMapping(path = "/model/{model_id}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelProof",
            summary = "That a digest of the model is under a root on the chain",
            description = "Of the file, or of what of= names; of a verdict, the reproduction's id is needed too.")
    @ApiResponse(
            responseCode = "200",
            description = "Inclusion proof of RFC 6962",
            content = @Content(schema = @Schema(types = "object")))
    ResponseEntity<byte[]> modelProof(
            @PathVariable("model_id") UUID id,
            @Parameter(
                            schema =
                                    @Schema(
                                            allowableValues = {
                                                "file",
                                                "signature",
                                                "statement",
                                                "commitments",
                                                "certificate",
                                                "verdict"
                                            }))
                    @RequestParam(name = "of", defaultValue = "file")
                    String of,
            @RequestParam(name = "reproduction_id", required = false) @Nullable UUID reproductionId,
            @Parameter(hidden = true) Optional<Caller> caller) {
        readers.of(id, caller);
        EvidenceKind kind = Words.parse("of", of, EvidenceKind.class);
        if ((kind == EvidenceKind.VERDICT) != (reproductionId != null)) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "reproduction_id: %s (expected: one with of=verdict, and only there)".formatted(reproductionId));
        }
        return proof(id, kind, reproductionId == null ? "" : reproductionId.toString());
    }

    @GetMapping(path = "/dataset/{dataset_id}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR', 'SERVICE')")
    @Operation(operationId = "datasetProof", summary = "That a dataset's digest is under a root on the chain")
    @ApiResponse(
            responseCode = "200",
            description = "Inclusion proof of RFC 6962",
            content = @Content(schema = @Schema(types = "object")))
    ResponseEntity<byte[]> datasetProof(
            @PathVariable("dataset_id") UUID id,
            @Parameter(schema = @Schema(allowableValues = "file")) @RequestParam(name = "of", defaultValue = "file")
                    String of,
            Caller caller) {
        assets.dataset(id, caller);
        return proof(id, Words.parse("of", of, EvidenceKind.class), "");
    }

    private ResponseEntity<byte[]> proof(UUID id, EvidenceKind kind, String part) {
        String proof = proofs.of(attestations.anchored(id, kind, part));
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(proof.getBytes(StandardCharsets.UTF_8));
    }

    @GetMapping("/model/{model_id}/keys")
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelKeys",
            summary = "Whose keys sign: the company's, and the platform's, with where the chain names them")
    List<PublishedKeys.Key> keys(@PathVariable("model_id") UUID id, @Parameter(hidden = true) Optional<Caller> caller) {
        return keys.of(readers.of(id, caller).model().status().organizationId());
    }

    /** @param fields names of facts */
    record DisclosureRequest(List<String> fields) {}

    record FactNames(List<String> fields) {}

    @GetMapping("/model/{model_id}/disclosures")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(operationId = "disclosableFacts", summary = "Names of the facts that can be disclosed one by one")
    FactNames names(@PathVariable("model_id") UUID id, Caller caller) {
        assets.ownModel(id, caller);
        return new FactNames(disclosures.names(id));
    }

    @PostMapping("/model/{model_id}/disclosures")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "discloseFacts",
            summary = "Prove some facts of the own model to whom the answer is given, without showing the others",
            description = "The answer is the signed commitments and, for each fact, its salt and value (RFC 9901).")
    Disclosures.Disclosed disclose(
            @PathVariable("model_id") UUID id, @RequestBody DisclosureRequest request, Caller caller) {
        assets.ownModel(id, caller);
        if (request.fields() == null || request.fields().isEmpty()) {
            throw PlatformProblem.INVALID_REQUEST.because("fields: missing (expected: names of facts)");
        }
        return disclosures.of(id, request.fields());
    }

    /** @param envelope the signed verdict, once it is signed */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ReproductionView(
            UUID reproductionId,
            ReproductionVerdict.Outcome outcome,
            String summary,
            Instant finishedAt,
            String evidence,
            @Nullable String sha256,
            @Nullable JsonNode envelope) {}

    @GetMapping("/model/{model_id}/reproductions")
    @PreAuthorize(READERS)
    @Operation(
            operationId = "modelReproductions",
            summary = "What came of training the model again: the signed verdicts, newest first")
    List<ReproductionView> reproductions(
            @PathVariable("model_id") UUID id, @Parameter(hidden = true) Optional<Caller> caller) {
        readers.of(id, caller);
        return attestations.of(id).reproductions().stream().map(this::view).toList();
    }

    private ReproductionView view(Reproduction reproduction) {
        ReproductionVerdict verdict = reproduction.verdict();
        Evidence piece = reproduction.evidence();
        byte[] envelope = piece == null ? null : piece.content();
        return new ReproductionView(
                verdict.reproductionId(),
                verdict.outcome(),
                verdict.summary(),
                verdict.finishedAt(),
                (piece == null ? EvidenceState.DUE : piece.state()).name(),
                piece == null ? null : piece.digest(),
                envelope == null ? null : json.readTree(envelope));
    }

    private static byte[] content(Evidence piece) {
        byte[] content = piece.content();
        if (content == null) {
            throw new IllegalStateException("evidence " + piece.id() + " is signed without content");
        }
        return content;
    }
}
