package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.PublishedPages;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes as far as the registry without a token: what a passport consists of, and nothing else. */
class PublishedPagesTest extends RunningGateway {
    static final List<String> NAMES = PublishedPages.NAMES;
    private static final String MODEL = "/model/" + UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");

    @ParameterizedTest
    @FieldSource("NAMES")
    void letsThroughWhoReadsAPassport(String name) throws Exception {
        String path = MODEL + "/" + name;

        assertThat(send(request(path).GET()).statusCode()).isEqualTo(200);
        assertThat(SHARING.latest().uri()).isEqualTo(path);
        assertThat(SHARING.latest().headers()).doesNotContainKey("Authorization");
        assertThat(send(request(path).HEAD()).statusCode()).isEqualTo(200);
        assertThat(SHARING.latest().method()).isEqualTo("HEAD");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void refusesEveryOtherMethodAndEveryBadToken(String name) throws Exception {
        String path = MODEL + "/" + name;
        for (String method : List.of("PUT", "POST", "DELETE", "PATCH", "OPTIONS")) {
            assertProblem(send(request(path).method(method, BodyPublishers.noBody())), 401, "UNAUTHENTICATED");
        }
        for (String token :
                List.of(TestIdentity.expired(), TestIdentity.forged(), TestIdentity.wrongAudience(), "nonsense", "")) {
            HttpResponse<String> answer = send(
                    request(path).header("Authorization", "Bearer " + token).GET());
            assertProblem(answer, 401, "UNAUTHENTICATED");
        }
        HttpResponse<String> two = send(request(path)
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .GET());
        assertProblem(two, 401, "UNAUTHENTICATED");
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/definition",
                "/metadata",
                "/status",
                "/grants",
                "/aliases",
                "/certificate",
                "/disclosures",
                "/reproduce",
                "/passport/",
                "/passport/x",
                "/passport.json",
                "/PASSPORT",
                "/badge",
                "/badge.svgz"
            })
    void keepsTheRestOfAModelBehindAToken(String rest) throws Exception {
        assertProblem(send(request(MODEL + rest).GET()), 401, "UNAUTHENTICATED");
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/model/demo@champion/passport",
                "/model/7/passport",
                "/model/passport",
                "/model/5D066D58-06DE-47AB-A2F6-C8F413E21947/passport",
                "/model/5d066d58-06de-47ab-a2f6-c8f413e21947x/passport",
                "/dataset/5d066d58-06de-47ab-a2f6-c8f413e21947/proof",
                "/internal/model/5d066d58-06de-47ab-a2f6-c8f413e21947/passport",
                "/x/model/5d066d58-06de-47ab-a2f6-c8f413e21947/passport"
            })
    void takesOnlyAModelsId(String path) throws Exception {
        assertProblem(send(request(path).GET()), 401, "UNAUTHENTICATED");
        assertThat(SHARING.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/passport/../definition",
                "/passport%2f..%2fdefinition",
                "/passport/%2e%2e",
                "//passport",
                "/passport;x=1",
                "/passport%00"
            })
    void refusesPathsThatOnlyLookLikeOne(String rest) throws Exception {
        HttpResponse<String> answer = send(request(MODEL + rest).GET());

        assertThat(answer.statusCode()).isIn(400, 401);
        assertThat(SHARING.received()).isEmpty();
    }

    @Test
    void takesNoHeadersFromReadersThatMeanSomethingInside() throws Exception {
        send(request(MODEL + "/passport")
                .header("X-On-Behalf-Of", TestIdentity.admin())
                .header("X-Forwarded-For", "10.0.0.1")
                .header("Cookie", "session=1")
                .GET());

        assertThat(SHARING.latest().headers()).doesNotContainKeys("X-on-behalf-of", "Cookie");
        assertThat(SHARING.latest().header("X-Forwarded-For")).isEqualTo("127.0.0.1");
    }

    @Test
    void leavesToThePageWhatItMayDoAndHowLongItIsKept() throws Exception {
        String path = "/model/" + UUID.randomUUID() + "/passport";
        SHARING.on(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-x'");
            exchange.getResponseHeaders().set("Cache-Control", "public, no-cache");
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            StubService.answer(exchange, 200, "text/html", "<p>page</p>");
        });

        HttpResponse<String> answer = send(request(path).GET());

        assertThat(answer.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; style-src 'sha256-x'");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("public, no-cache");
        assertThat(answer.headers().allValues("ETag")).containsExactly("\"1\"");
    }
}
