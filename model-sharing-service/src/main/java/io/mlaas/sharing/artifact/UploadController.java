package io.mlaas.sharing.artifact;

import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Resumable uploads by the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload). */
@RestController
@Tag(name = "Uploads")
class UploadController {
    static final String VERSION = "1.0.0";
    private static final String PIECE_TYPE = "application/offset+octet-stream";
    private static final String RESUMABLE = "Tus-Resumable";
    private static final String OFFSET = "Upload-Offset";

    private final ResumableUploads uploads;
    private final ArtifactStore store;

    UploadController(ResumableUploads uploads, ArtifactStore store) {
        this.uploads = uploads;
        this.store = store;
    }

    @RequestMapping(path = "/uploads", method = RequestMethod.OPTIONS)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(operationId = "uploadOptions", summary = "What of the tus protocol is spoken here")
    @ApiResponse(responseCode = "204", description = "In the headers Tus-Version, Tus-Extension, Tus-Max-Size")
    ResponseEntity<Void> options() {
        return ResponseEntity.noContent()
                .allow(HttpMethod.OPTIONS, HttpMethod.POST)
                .header(RESUMABLE, VERSION)
                .header("Tus-Version", VERSION)
                .header("Tus-Extension", "creation,creation-with-upload,termination,checksum,expiration")
                .header("Tus-Checksum-Algorithm", PieceChecksum.ALGORITHMS)
                .header("Tus-Max-Size", Long.toString(uploads.maxSize()))
                .build();
    }

    @PostMapping("/uploads")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "createUpload",
            summary = "Begin a resumable upload (tus); a body is its first piece",
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            mediaType = PIECE_TYPE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(
            responseCode = "201",
            description = "Location is the upload; its last segment is the upload_id of POST /dataset and POST /model",
            headers = @Header(name = "Location", schema = @Schema(type = "string")))
    ResponseEntity<Void> create(
            @Parameter(required = true, schema = @Schema(type = "string", allowableValues = VERSION))
                    @RequestHeader(name = RESUMABLE, required = false)
                    @Nullable
                    String version,
            @Parameter(required = true, schema = @Schema(type = "integer", format = "int64", minimum = "0"))
                    @RequestHeader(name = "Upload-Length", required = false)
                    @Nullable
                    String length,
            @RequestHeader(name = "Upload-Metadata", required = false) @Nullable String metadata,
            @RequestHeader(name = "Upload-Checksum", required = false) @Nullable String checksum,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        requireVersion(version, response);
        if (request.getHeader("Upload-Defer-Length") != null) {
            throw invalid("Upload-Defer-Length", "1", "no such header; Upload-Length from the start");
        }
        long size = number("Upload-Length", length);
        PieceChecksum declared = PieceChecksum.parse(checksum);
        UploadMetadata described = UploadMetadata.parse(metadata);
        boolean withPiece = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        if (withPiece) {
            requirePiece(request, size);
        }
        ResumableUpload upload = uploads.create(caller.organizationId(), caller.subject(), size, described);
        if (withPiece) {
            upload = append(upload.id(), caller, 0, declared, request);
        }
        return ResponseEntity.created(URI.create("/uploads/" + upload.id()))
                .header(RESUMABLE, VERSION)
                .header(OFFSET, Long.toString(upload.offset()))
                .header("Upload-Expires", date(upload.expiresAt()))
                .build();
    }

    @RequestMapping(path = "/uploads/{upload_id}", method = RequestMethod.HEAD)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(operationId = "uploadOffset", summary = "How much of an upload is stored")
    @ApiResponse(responseCode = "200", description = "In the headers Upload-Offset, Upload-Length, Upload-Expires")
    ResponseEntity<Void> offset(
            @PathVariable("upload_id") UUID id,
            @Parameter(required = true, schema = @Schema(type = "string", allowableValues = VERSION))
                    @RequestHeader(name = RESUMABLE, required = false)
                    @Nullable
                    String version,
            Caller caller,
            HttpServletResponse response) {
        requireVersion(version, response);
        ResumableUpload upload = uploads.find(id, caller.organizationId());
        ResponseEntity.HeadersBuilder<?> answer = ResponseEntity.ok()
                .header(RESUMABLE, VERSION)
                .header("Cache-Control", "no-store")
                .header(OFFSET, Long.toString(upload.offset()))
                .header("Upload-Length", Long.toString(upload.length()))
                .header("Upload-Expires", date(upload.expiresAt()));
        return upload.metadata().isEmpty()
                ? answer.build()
                : answer.header("Upload-Metadata", upload.metadata()).build();
    }

    @PatchMapping(path = "/uploads/{upload_id}", consumes = PIECE_TYPE)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "continueUpload",
            summary = "Send the next piece of an upload",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = PIECE_TYPE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(responseCode = "204", description = "Stored; Upload-Offset is where the next piece begins")
    ResponseEntity<Void> proceed(
            @PathVariable("upload_id") UUID id,
            @Parameter(required = true, schema = @Schema(type = "string", allowableValues = VERSION))
                    @RequestHeader(name = RESUMABLE, required = false)
                    @Nullable
                    String version,
            @Parameter(required = true, schema = @Schema(type = "integer", format = "int64", minimum = "0"))
                    @RequestHeader(name = OFFSET, required = false)
                    @Nullable
                    String offset,
            @RequestHeader(name = "Upload-Checksum", required = false) @Nullable String checksum,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        requireVersion(version, response);
        long from = number(OFFSET, offset);
        PieceChecksum declared = PieceChecksum.parse(checksum);
        ResumableUpload known = uploads.find(id, caller.organizationId());
        if (from == known.offset()) {
            requirePiece(request, known.length() - from);
        }
        ResumableUpload upload = append(id, caller, from, declared, request);
        return ResponseEntity.noContent()
                .allow(HttpMethod.OPTIONS, HttpMethod.POST)
                .header(RESUMABLE, VERSION)
                .header(OFFSET, Long.toString(upload.offset()))
                .header("Upload-Expires", date(upload.expiresAt()))
                .build();
    }

    @DeleteMapping("/uploads/{upload_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(operationId = "terminateUpload", summary = "Give an upload up and remove what is stored of it")
    @ApiResponse(responseCode = "204", description = "Removed")
    ResponseEntity<Void> terminate(
            @PathVariable("upload_id") UUID id,
            @Parameter(required = true, schema = @Schema(type = "string", allowableValues = VERSION))
                    @RequestHeader(name = RESUMABLE, required = false)
                    @Nullable
                    String version,
            Caller caller,
            HttpServletResponse response) {
        requireVersion(version, response);
        uploads.terminate(id, caller.organizationId());
        return ResponseEntity.noContent().header(RESUMABLE, VERSION).build();
    }

    private ResumableUpload append(
            UUID id, Caller caller, long offset, @Nullable PieceChecksum checksum, HttpServletRequest request) {
        try {
            return uploads.append(id, caller.organizationId(), offset, store.body(request), checksum);
        } catch (IOException e) {
            throw UploadProblem.brokenOff("upload", e);
        }
    }

    private static void requireVersion(@Nullable String version, HttpServletResponse response) {
        response.setHeader(RESUMABLE, VERSION);
        if (!VERSION.equals(version)) {
            response.setHeader("Tus-Version", VERSION);
            throw UploadProblem.UNKNOWN_TUS_VERSION.because(
                    "Tus-Resumable: %s (expected: %s)".formatted(version, VERSION));
        }
    }

    private static void requirePiece(HttpServletRequest request, long missing) {
        String type = request.getContentType();
        if (type == null || !type.strip().equalsIgnoreCase(PIECE_TYPE)) {
            throw invalid("Content-Type", String.valueOf(type), PIECE_TYPE);
        }
        if (request.getContentLengthLong() > missing) {
            throw UploadProblem.FILE_TOO_LARGE.because("Content-Length: %d (expected: <= %d, which are missing)"
                    .formatted(request.getContentLengthLong(), missing));
        }
    }

    private static long number(String name, @Nullable String value) {
        if (value == null || !value.matches("[0-9]{1,18}")) {
            throw invalid(name, String.valueOf(value), "a whole number of bytes");
        }
        return Long.parseLong(value);
    }

    private static RuntimeException invalid(String name, String value, String expected) {
        String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
        return UploadProblem.INVALID_UPLOAD_HEADER.because("%s: %s (expected: %s)".formatted(name, shown, expected));
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
    }
}
