package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device whose bearer token is its password. */
class DevicesTest extends RunningGateway {
    private static final UUID DEVICE = UUID.randomUUID();
    private static final AtomicInteger ASKED = new AtomicInteger();

    private static volatile String good = "";
    private static volatile int status = 200;

    @BeforeEach
    void issue() {
        good = "mld_" + UUID.randomUUID().toString().substring(0, 34) + "-_012345Z";
        status = 200;
        ASKED.set(0);
        LEARNING.replace("/devices/me", exchange -> {
            ASKED.incrementAndGet();
            boolean known =
                    ("Bearer " + good).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            StubService.answer(
                    exchange,
                    known ? status : 401,
                    "application/json",
                    "{\"device_id\": \"%s\", \"organization_id\": \"%s\", \"name\": \"pmu-7\", \"user_name\": \"device-%s\"}"
                            .formatted(DEVICE, UUID.randomUUID(), DEVICE));
        });
    }

    @Test
    void itsRequestsArePassedOnWithItsPassword() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(predict(good).statusCode()).isEqualTo(200);
        }
        assertThat(LEARNING.latest().uri()).isEqualTo("/learners/pump-7/predict");
        assertThat(LEARNING.latest().header("Authorization")).isEqualTo("Bearer " + good);
        assertThat(ASKED).hasValue(1);
    }

    @Test
    void whatNobodyIssuedIsRefusedBeforeAnythingIsPassedOn() throws Exception {
        LEARNING.forget();
        assertProblem(predict(good.substring(0, 46) + "!"), 401, "UNAUTHENTICATED");
        assertThat(ASKED).hasValue(0);
        assertProblem(predict("mld_" + "x".repeat(43)), 401, "UNAUTHENTICATED");
        assertThat(LEARNING.received()).isEmpty();
    }

    @Test
    void whileItsIssuerIsAwayItIsToldSo() throws Exception {
        status = 503;
        HttpResponse<String> answer = predict(good);
        assertProblem(answer, 503, "UPSTREAM_UNAVAILABLE");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        status = 200;
        assertThat(predict(good).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> predict(String password) throws Exception {
        return send(request("/learners/pump-7/predict")
                .header("Authorization", "Bearer " + password)
                .POST(BodyPublishers.ofString("{\"instances\": [[1]]}")));
    }
}
