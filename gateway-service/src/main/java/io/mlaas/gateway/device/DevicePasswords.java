package io.mlaas.gateway.device;

import io.mlaas.api.learning.DeviceIdentity;
import io.mlaas.gateway.routing.Upstream;
import io.mlaas.gateway.routing.Upstreams;
import io.mlaas.kit.security.Caller;
import io.mlaas.kit.security.OpaqueCredential;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the service that issued a device's password whose it is. The answer is remembered for some seconds, by the
 * password's digest: the gateway needs it for its limits alone, and that service looks at every request again, so a
 * password that has ended opens nothing meanwhile.
 */
@Component
class DevicePasswords implements OpaqueCredential {
    private static final Pattern FORM = Pattern.compile("mld_[A-Za-z0-9_-]{43}");
    private static final String ISSUER = "online-learning-service";
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST = 50_000;

    private record Known(Caller caller, long until) {}

    private final Upstreams upstreams;
    private final HttpClient http;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Autowired
    DevicePasswords(Upstreams upstreams, HttpClient upstreamHttp, JsonMapper json) {
        this(upstreams, upstreamHttp, json, InstantSource.system());
    }

    DevicePasswords(Upstreams upstreams, HttpClient http, JsonMapper json, InstantSource clock) {
        this.upstreams = upstreams;
        this.http = http;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public boolean recognises(String token) {
        return FORM.matcher(token).matches();
    }

    @Override
    public Caller authenticate(String token) {
        String digest = digest(token);
        long now = clock.millis();
        Known seen = known.get(digest);
        if (seen != null && now < seen.until()) {
            return seen.caller();
        }
        Caller caller = ask(token);
        if (known.size() >= MOST) {
            known.values().removeIf(old -> old.until() <= now);
        }
        if (known.size() < MOST) {
            known.put(digest, new Known(caller, now + REMEMBERED.toMillis()));
        }
        return caller;
    }

    private Caller ask(String token) {
        HttpResponse<String> answer = answer(token);
        return switch (answer.statusCode()) {
            case 200 -> caller(answer.body());
            case 401, 403 -> throw new InvalidBearerTokenException("no device has this password");
            default -> throw new AuthenticationServiceException(ISSUER + " answers with status " + answer.statusCode());
        };
    }

    private HttpResponse<String> answer(String token) {
        Upstream issuer = upstreams.routed(ISSUER).orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(issuer.baseUrl().resolve("/devices/me"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AuthenticationServiceException(ISSUER + " cannot be asked about a device", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuthenticationServiceException("interrupted while " + ISSUER + " was asked about a device", e);
        }
    }

    private Caller caller(String body) {
        try {
            DeviceIdentity device = json.readValue(body, DeviceIdentity.class);
            return new Caller(
                    device.deviceId().toString(), device.userName(), device.organizationId(), Set.of("DEVICE"));
        } catch (JacksonException e) {
            throw new AuthenticationServiceException(ISSUER + " does not say whose password it is", e);
        }
    }

    private static String digest(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
