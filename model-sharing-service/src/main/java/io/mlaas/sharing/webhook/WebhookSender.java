package io.mlaas.sharing.webhook;

import io.mlaas.kit.net.AllowedAddresses;
import io.mlaas.kit.net.GuardedSockets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one request and says what became of it. Redirects are not followed, no proxy is asked, the body of an answer is
 * not read, and the whole has to end in time.
 */
final class WebhookSender {
    private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
    private static final MediaType CLOUD_EVENT = MediaType.get("application/cloudevents+json");
    private static final int MOST_SECONDS_TO_WAIT = 3600;

    private final OkHttpClient http;

    WebhookSender(AllowedAddresses allowed, Duration timeout, Dns dns) {
        http = new OkHttpClient.Builder()
                .socketFactory(new GuardedSockets(allowed))
                .proxy(Proxy.NO_PROXY)
                .dns(dns)
                .followRedirects(false)
                .followSslRedirects(false)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                .build();
    }

    /**
     * What became of a request.
     *
     * @param retryAfter what the receiver asks for
     */
    record Result(WebhookDelivery.Attempt attempt, @Nullable Duration retryAfter) {
        boolean delivered() {
            Integer status = attempt.status();
            return status != null && status / 100 == 2;
        }

        /** The receiver does not want anything any more. */
        boolean gone() {
            Integer status = attempt.status();
            return status != null && status == 410;
        }
    }

    Result send(String url, byte[] secret, String id, String body) {
        Instant at = Instant.now();
        Request request = new Request.Builder()
                .url(url)
                .header("User-Agent", "mlaas-webhook")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(at.getEpochSecond()))
                .header("webhook-signature", Signature.of(secret, id, at, body))
                .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), CLOUD_EVENT))
                .build();
        try (Response response = http.newCall(request).execute()) {
            return new Result(attempt(at, response.code(), null), retryAfter(response));
        } catch (IOException e) {
            log.info("webhook request {} failed: {}", id, e.toString());
            return new Result(attempt(at, null, kind(e)), null);
        }
    }

    /** Breaks off what is under way. */
    void cancelAll() {
        http.dispatcher().cancelAll();
    }

    private static WebhookDelivery.Attempt attempt(Instant at, @Nullable Integer status, @Nullable String error) {
        return new WebhookDelivery.Attempt(
                at, status, error, Duration.between(at, Instant.now()).toMillis());
    }

    private static @Nullable Duration retryAfter(Response response) {
        String seconds = response.header("Retry-After");
        return seconds != null && seconds.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(Integer.parseInt(seconds), MOST_SECONDS_TO_WAIT))
                : null;
    }

    private static String kind(IOException e) {
        for (Throwable suppressed : e.getSuppressed()) {
            if (suppressed instanceof GuardedSockets.AddressRefused) {
                return "address_refused";
            }
        }
        return switch (e) {
            case GuardedSockets.AddressRefused refused -> "address_refused";
            case UnknownHostException unknown -> "unknown_host";
            case InterruptedIOException late -> "timeout";
            case SSLException tls -> "tls";
            default -> "connection";
        };
    }
}
