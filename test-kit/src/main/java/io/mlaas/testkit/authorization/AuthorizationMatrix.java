package io.mlaas.testkit.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every operation of a service's OpenAPI document, asked by everybody: no token, each role, a service, a service on a
 * user's behalf, a training job, another company. Who may is declared here; an operation that is not, one that no longer
 * exists, and one whose {@code @PreAuthorize} says otherwise fail the test, so that a new endpoint cannot be forgotten.
 * What is declared is published as {@code docs/authorization.md}.
 */
public final class AuthorizationMatrix {
    public static final String DATA_SCIENTIST = "DATA_SCIENTIST";
    public static final String OPERATOR = "OPERATOR";
    public static final String DEVICE = "DEVICE";
    public static final String ADMIN = "ADMIN";
    public static final String SERVICE = "SERVICE";
    public static final String JOB = "JOB";

    /** Who comes without a token, where an asset's owner may publish something: unless that was done, nobody is let in. */
    public static final String ANONYMOUS = "ANONYMOUS";

    /** Roles of people and devices. */
    private static final List<String> USERS = List.of(DATA_SCIENTIST, OPERATOR, DEVICE, ADMIN);

    private static final String UNISSUED_JOB = "mlj_" + "A".repeat(43);

    private final String service;
    private final String baseUrl;
    private final RequestMappingHandlerMapping handlers;
    private final Map<String, Rule> rules = new LinkedHashMap<>();
    private final Map<String, ApiOperation.Body> bodies = new HashMap<>();
    private final Map<String, Map<String, String>> values = new HashMap<>();
    private final Map<String, String> inQuery = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final Set<String> shownToTheirOwner = new TreeSet<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable String job;

    public AuthorizationMatrix(String service, String baseUrl, RequestMappingHandlerMapping handlers) {
        this.service = service;
        this.baseUrl = baseUrl;
        this.handlers = handlers;
    }

    /** Anybody may, without a token. */
    public AuthorizationMatrix open(String operation) {
        return rule(new Rule(operation, Rule.Scope.OPEN, Set.of(), null));
    }

    /** About the platform, or for its services. */
    public AuthorizationMatrix platform(String operation, String... roles) {
        return rule(new Rule(operation, Rule.Scope.PLATFORM, Set.of(roles), null));
    }

    /** About what the caller's company owns. */
    public AuthorizationMatrix company(String operation, String... roles) {
        return rule(new Rule(operation, Rule.Scope.COMPANY, Set.of(roles), null));
    }

    /**
     * About one thing that a company owns: the first variable of the path.
     *
     * @param asset that acme owns
     */
    public AuthorizationMatrix asset(String operation, Object asset, String... roles) {
        return rule(new Rule(operation, Rule.Scope.ASSET, Set.of(roles), asset.toString()));
    }

    /**
     * About one thing that a company owns, named in the query.
     *
     * @param parameter that names it
     * @param asset that acme owns
     */
    public AuthorizationMatrix assetIn(String operation, String parameter, Object asset, String... roles) {
        inQuery.put(operation, parameter);
        return asset(operation, asset, roles);
    }

    /** A JSON body that is right, where one made up from the document is not. */
    public AuthorizationMatrix json(String operation, String body) {
        bodies.put(operation, ApiOperation.Body.json(body));
        return this;
    }

    /** The value of a parameter (not of the first variable of an asset's path). */
    public AuthorizationMatrix with(String operation, String parameter, String value) {
        values.computeIfAbsent(operation, name -> new HashMap<>()).put(parameter, value);
        return this;
    }

    /** A credential of a training job that is good here, of another model than those declared; without one, such credentials are strange to the service. */
    public AuthorizationMatrix job(String token) {
        job = token;
        return this;
    }

    private AuthorizationMatrix rule(Rule rule) {
        assertThat(rules.put(rule.operation(), rule)).as(rule.operation()).isNull();
        return this;
    }

    /** Asks everything, and compares the published table. */
    public void verify() {
        List<ApiOperation> operations = ApiOperation.of(JsonMapper.shared()
                .readTree(send(HttpRequest.newBuilder(URI.create(baseUrl + "/openapi.json")))
                        .body()));
        Map<String, String> described = new TreeMap<>();
        operations.forEach(operation -> described.put(operation.id(), operation.title()));
        assertThat(rules.keySet())
                .as("operations whose callers are declared, against those that %s has: %s", service, described)
                .containsExactlyInAnyOrderElementsOf(described.keySet());
        assertThat(new DeclaredRoles(handlers).differences(operations, rules))
                .as("@PreAuthorize against what is declared")
                .isEmpty();
        for (ApiOperation operation : operations) {
            askAsEverybody(operation, declared(operation));
        }
        rules.values().stream().map(Rule::asset).forEach(asset -> {
            if (asset != null && !shownToTheirOwner.contains(asset)) {
                wrong.add(asset + " was never shown to its owner: that it is hidden from others says nothing");
            }
        });
        assertThat(wrong).as("answers that differ from what is declared").isEmpty();
        Documentation.authorizationIsPublished(service, table(operations));
    }

    private Rule declared(ApiOperation operation) {
        Rule rule = rules.get(operation.id());
        if (rule == null) {
            throw new IllegalStateException(operation.id());
        }
        return rule;
    }

    private void askAsEverybody(ApiOperation operation, Rule rule) {
        expect(operation, rule, "nobody", null, null, rule.scope() == Rule.Scope.OPEN, true);
        for (String role : USERS) {
            String token = userOf(role.equals(ADMIN) ? TestIdentity.PLATFORM : TestIdentity.ACME, role);
            expect(operation, rule, role, token, null, rule.allows(role), false);
        }
        String asService = TestIdentity.service("training-service");
        expect(operation, rule, "a service", asService, null, rule.allows(SERVICE), false);
        boolean forScientist = rule.allows(SERVICE) || rule.allows(DATA_SCIENTIST);
        String scientist = TestIdentity.acmeScientist();
        expect(operation, rule, "a service for a data scientist", asService, scientist, forScientist, false);
        String nobody = TestIdentity.nobody();
        expect(operation, rule, "a service for one without roles", asService, nobody, rule.allows(SERVICE), false);
        String known = job;
        expect(
                operation,
                rule,
                "a job",
                known == null ? UNISSUED_JOB : known,
                null,
                known != null && rule.allows(JOB),
                known == null);
        askAsAnotherCompany(operation, rule);
    }

    private void expect(
            ApiOperation operation,
            Rule rule,
            String who,
            @Nullable String token,
            @Nullable String onBehalfOf,
            boolean allowed,
            boolean unknown) {
        // What changes something is asked for an asset that does not exist: that it is not there is told to those who
        // may.
        boolean reads = Set.of("GET", "HEAD").contains(operation.method());
        String subject =
                rule.asset() != null && !(reads || !allowed) ? UUID.randomUUID().toString() : rule.asset();
        Answer answer = ask(operation, subject, token, onBehalfOf);
        boolean refused = answer.isRefusedForToken() || answer.isRefusedForRole();
        if (allowed
                ? refused || answer.status() == 500
                : !(unknown ? answer.isRefusedForToken() : answer.isRefusedForRole())) {
            wrong.add("%s by %s: %d (expected: %s) %s"
                    .formatted(
                            operation.title(),
                            who,
                            answer.status(),
                            allowed ? "to be let in" : unknown ? "401" : "403",
                            answer.body()));
        }
        if (!allowed
                && !answer.bodiless()
                && !answer.body().contains(unknown ? "\"UNAUTHENTICATED\"" : "\"FORBIDDEN\"")) {
            wrong.add("%s by %s: not a problem of the platform: %s".formatted(operation.title(), who, answer.body()));
        }
        if (allowed && rule.asset() != null && reads && answer.status() / 100 == 2) {
            shownToTheirOwner.add(rule.asset());
        }
    }

    /** Another company's thing and a missing one are answered alike, and no list shows what belongs to others. */
    private void askAsAnotherCompany(ApiOperation operation, Rule rule) {
        for (String role : USERS) {
            if (role.equals(ADMIN) || !rule.allows(role)) {
                continue;
            }
            String token = userOf(TestIdentity.GLOBEX, role);
            compare(operation, rule, "globex as " + role, token, null);
            if (!rule.allows(SERVICE)) {
                String asService = TestIdentity.service("training-service");
                compare(operation, rule, "a service for globex as " + role, asService, token);
            }
        }
        if (job != null && rule.asset() != null && rule.allows(JOB)) {
            compare(operation, rule, "the job of another model", job, null);
        }
    }

    private void compare(
            ApiOperation operation, Rule rule, String who, @Nullable String token, @Nullable String onBehalfOf) {
        String asset = rule.asset();
        if (asset != null) {
            String missing = UUID.randomUUID().toString();
            Answer foreign = ask(operation, asset, token, onBehalfOf).without(asset);
            Answer absent = ask(operation, missing, token, onBehalfOf).without(missing);
            // A job that may not at all is told so, whatever it asks for.
            boolean hidden = foreign.status() == 404 || (token != null && token.equals(job) && foreign.status() == 403);
            if (!hidden || !foreign.equals(absent)) {
                wrong.add("%s by %s: %s (expected: 404, as for a missing one: %s)"
                        .formatted(operation.title(), who, foreign, absent));
            }
        } else if (operation.method().equals("GET") && rule.scope() == Rule.Scope.COMPANY) {
            String body = ask(operation, null, token, onBehalfOf).body();
            rules.values().stream().map(Rule::asset).distinct().forEach(other -> {
                if (other != null && body.contains(other)) {
                    wrong.add("%s by %s shows acme's %s".formatted(operation.title(), who, other));
                }
            });
        }
    }

    private Answer ask(
            ApiOperation operation, @Nullable String subject, @Nullable String token, @Nullable String onBehalfOf) {
        ApiOperation.Body body = bodies.getOrDefault(operation.id(), operation.body());
        Map<String, String> given = new HashMap<>(values.getOrDefault(operation.id(), Map.of()));
        String parameter = inQuery.get(operation.id());
        if (parameter != null && subject != null) {
            given.put(parameter, subject);
        }
        URI uri = URI.create(baseUrl + operation.uri(parameter == null ? subject : null, given));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(
                        operation.method(),
                        body.type() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.content()));
        operation.headers().forEach(request::header);
        if (body.type() != null) {
            request.header("Content-Type", body.type());
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (onBehalfOf != null) {
            request.header("X-On-Behalf-Of", onBehalfOf);
        }
        return send(request);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofByteArray());
            return Answer.of(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String table(List<ApiOperation> operations) {
        List<String> roles = new ArrayList<>(USERS);
        roles.add(SERVICE);
        if (job != null) {
            roles.add(JOB);
        }
        StringBuilder table = new StringBuilder("| Operation | About | " + String.join(" | ", roles) + " |\n|---|---|"
                + ":-:|".repeat(roles.size()) + "\n");
        for (ApiOperation operation : operations.stream()
                .sorted(Comparator.comparing(ApiOperation::path).thenComparing(ApiOperation::method))
                .toList()) {
            Rule rule = declared(operation);
            table.append("| `%s` | %s |".formatted(operation.title(), rule.scope().words));
            roles.forEach(role -> table.append(rule.allows(role) ? " yes |" : " – |"));
            table.append('\n');
        }
        return table.toString();
    }

    private static String userOf(UUID organization, String role) {
        UUID subject = UUID.nameUUIDFromBytes(role.getBytes(StandardCharsets.UTF_8));
        return TestIdentity.user(subject, role.toLowerCase(Locale.ROOT), organization, role);
    }
}
