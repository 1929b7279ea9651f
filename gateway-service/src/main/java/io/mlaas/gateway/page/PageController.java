package io.mlaas.gateway.page;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Platform")
class PageController {
    private static final String PAGE = read("page/start.html");

    private final StatusBoard board;

    PageController(StatusBoard board) {
        this.board = board;
    }

    @Operation(summary = "The start page: what runs and where to look")
    @SecurityRequirements
    @PreAuthorize("permitAll()")
    @GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
    ResponseEntity<String> page() {
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noCache())
                .body(PAGE);
    }

    @Operation(summary = "Which services are ready")
    @SecurityRequirements
    @PreAuthorize("permitAll()")
    @GetMapping(path = "/status", produces = MediaType.APPLICATION_JSON_VALUE)
    PlatformStatus status() {
        return board.now();
    }

    static String read(String resource) {
        try {
            return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the page is missing from the class path: " + resource, e);
        }
    }
}
