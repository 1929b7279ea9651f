package io.mlaas.ppfl.watch;

import io.mlaas.kit.page.SelfContainedPage;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.SecurityProperties;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationRound;
import io.mlaas.ppfl.server.SeenUpdates;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@RestController
@RequestMapping("/federations/{id}")
@Tag(name = "watching")
class WatchController {
    private static final String ANYBODY_WHO_MAY = "hasAnyRole('ANONYMOUS', 'DATA_SCIENTIST', 'OPERATOR')";
    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private final Viewing viewing;
    private final FederationProgress progress;
    private final FederationStream stream;
    private final SeenUpdates seen;
    private final JsonMapper json;
    private final SelfContainedPage page;
    private final String shell;
    private final String policy;

    WatchController(
            Viewing viewing,
            FederationProgress progress,
            FederationStream stream,
            SeenUpdates seen,
            JsonMapper json,
            WatchProperties properties,
            SecurityProperties security) {
        this.viewing = viewing;
        this.progress = progress;
        this.stream = stream;
        this.seen = seen;
        this.json = json;
        page = SelfContainedPage.read("/page/federation.html")
                .withLibrary("chart-library", "/META-INF/resources/webjars/chart.js/*/dist/chart.umd.min.js");
        ObjectNode settings =
                json.createObjectNode().put("issuer", security.issuer()).put("client", properties.signInClient());
        shell = page.withData(json.writeValueAsString(settings));
        URI issuer = URI.create(security.issuer());
        policy = page.contentSecurityPolicy(
                "connect-src 'self' " + issuer.getScheme() + "://" + issuer.getAuthority(), "img-src data:");
    }

    @GetMapping(path = "/page", produces = MediaType.TEXT_HTML_VALUE)
    @PreAuthorize("permitAll()")
    @SecurityRequirements
    @Operation(
            summary = "The live page of a federation",
            description =
                    "The same page for every id, with nothing in it: it asks for the events with what whoever opened"
                            + " it may show, a link's secret or an account.")
    ResponseEntity<String> federationPage(@PathVariable("id") UUID id) {
        return ResponseEntity.ok()
                .contentType(HTML)
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", policy)
                .body(shell);
    }

    @GetMapping(path = "/events")
    @PreAuthorize(ANYBODY_WHO_MAY)
    @Operation(
            summary = "A federation as server-sent events",
            description =
                    "`federation`: all but the rounds, whenever it changed; `round`: one that is over; `end`. Goes on"
                            + " after `Last-Event-ID`. With a token of its company, or the secret of a link in `Mlaas-Watch`.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(type = "string")))
    void federationEvents(
            @PathVariable("id") UUID id,
            @Parameter(hidden = true) Optional<Caller> caller,
            @RequestHeader(name = Viewing.HEADER, required = false) @Nullable String secret,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            @Parameter(hidden = true) HttpServletResponse response)
            throws IOException, InterruptedException {
        viewing.of(id, caller, secret);
        if (!stream.follow(id, new FederationStream.Viewer(caller, secret), told(last), response)) {
            throw WatchProblem.TOO_MANY_WATCH.because("as many as may watch at once do so already");
        }
    }

    private static int told(@Nullable String last) {
        return last != null && last.matches("\\d{1,9}") ? Integer.parseInt(last) : 0;
    }

    @GetMapping("/report")
    @PreAuthorize(ANYBODY_WHO_MAY)
    @Operation(
            summary = "The report of a federation, as JSON or as a page",
            description =
                    "Rounds, clients, what was promised and spent of privacy, what was measured, and what the server"
                            + " received of each client in the latest round. Final once the state is.")
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = FederationReport.class)),
                @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string"))
            })
    ResponseEntity<?> federationReport(
            @PathVariable("id") UUID id,
            @Parameter(hidden = true) Optional<Caller> caller,
            @RequestHeader(name = Viewing.HEADER, required = false) @Nullable String secret,
            @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = MediaType.APPLICATION_JSON_VALUE) String accept) {
        Federation federation = viewing.of(id, caller, secret);
        List<FederationRound> rounds = progress.rounds(id);
        Picture picture = Picture.of(federation, rounds, progress.clients(id));
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .cacheControl(CacheControl.noCache())
                .varyBy(HttpHeaders.ACCEPT, HttpHeaders.AUTHORIZATION, Viewing.HEADER);
        if (wantsPage(accept)) {
            ObjectNode data = json.createObjectNode();
            data.set("picture", json.valueToTree(picture));
            data.set("rounds", json.valueToTree(rounds));
            data.set("metrics", federation.metrics());
            data.set("saw", json.valueToTree(seen.latest(id)));
            return answer.contentType(HTML)
                    .header("Content-Security-Policy", policy)
                    .body(page.withData(json.writeValueAsString(data)));
        }
        return answer.contentType(MediaType.APPLICATION_JSON)
                .body(new FederationReport(
                        picture,
                        picture.privacy(),
                        federation.plan(),
                        rounds,
                        federation.metrics(),
                        seen.latest(id),
                        Instant.now()));
    }

    /** Browsers name HTML; programs that take anything get JSON. */
    private static boolean wantsPage(String accept) {
        return MediaType.parseMediaTypes(accept).stream()
                .filter(type ->
                        type.isCompatibleWith(MediaType.TEXT_HTML) || type.isCompatibleWith(MediaType.APPLICATION_JSON))
                .findFirst()
                .filter(type -> !type.isWildcardType() && type.isCompatibleWith(MediaType.TEXT_HTML))
                .isPresent();
    }
}
