package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.mlaas.transform.document.Problem;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.step.TransformerUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transformer elsewhere, over KServe's V1 protocol. */
class HttpTransformerTest {
    private final List<String> asked = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile String answer = "{}";
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/models/pre:predict", exchange -> {
            asked.add(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    @Test
    void makesColumnsElsewhere() {
        Transformer transformer = Transformer.of(document("/v1/models/pre:predict", "", ""));
        answer = "{\"predictions\": [{\"a\": [1, 2], \"b\": 3}]}";

        Outcome outcome = transformer.accept(message());

        assertThat(asked).containsExactly("POST {\"instances\":[{\"x\":5.0,\"t\":\"hello\"}]}");
        assertThat(outcome.samples().getFirst().input()).containsExactly(1, 2, 3, 5);
        assertThat(TransformerDocument.of(document("/v1/models/pre:predict", "", ""))
                        .addresses())
                .containsExactly(URI.create(url("/v1/models/pre:predict")));
    }

    @Test
    void rejectsWhatTheOtherSideDoesNotTakeOrAnswersWrongly() {
        Transformer transformer = Transformer.of(document("/v1/models/pre:predict", "", ", \"bytes\": 200"));

        answer = "{\"predictions\": [{\"a\": [1], \"b\": 3}]}";
        assertThat(reason(transformer)).endsWith(": a: [1] (expected: numbers of the shape [2])");
        answer = "{\"predictions\": []}";
        assertThat(reason(transformer)).endsWith(": [] (expected: {\"predictions\": [one]})");
        answer = "nonsense";
        assertThat(reason(transformer)).contains(": payload: Unrecognized token");
        status = 422;
        assertThat(reason(transformer)).endsWith(": status 422 (expected: 200)");
        status = 200;
        answer = " ".repeat(300);
        assertThat(reason(transformer)).endsWith(": a longer answer (expected: at most 200 bytes)");
    }

    @Test
    void changesNothingWhereTheOtherSideIsAway() {
        Transformer transformer = Transformer.of(document("/v1/models/pre:predict", "", ""));
        answer = "{\"predictions\": [{\"a\": [1, 2], \"b\": 3}]}";
        transformer.accept(message());
        byte[] before = transformer.writeState();

        status = 503;
        assertThatThrownBy(() -> transformer.accept(message()))
                .isInstanceOf(TransformerUnavailableException.class)
                .hasMessageEndingWith(": status 503 (expected: 200)");

        assertThat(transformer.writeState()).isEqualTo(before);
        status = 200;
        assertThat(transformer.accept(message()).samples()).hasSize(1);
    }

    @Test
    void asksOnceAndIsGivenTheAnswersAgain() {
        String document = document("/v1/models/pre:predict", "", "");
        answer = "{\"predictions\": [{\"a\": [1, 0.1], \"b\": 3}]}";
        List<String> answers = Transformer.of(document).ask(message(), 1000);
        Outcome direct = Transformer.of(document).accept(message());
        status = 422;
        List<String> refusals = Transformer.of(document).ask(message(), 1000);
        int calls = asked.size();
        status = 503;

        Transformer transformer = Transformer.of(document);
        assertThat(transformer.accept(message(), answers).samples().getFirst().input())
                .isEqualTo(direct.samples().getFirst().input());
        assertThat(transformer
                        .accept(message(), refusals)
                        .rejections()
                        .getFirst()
                        .reason())
                .endsWith(": status 422 (expected: 200)");
        assertThat(transformer
                        .accept(message(), List.of())
                        .rejections()
                        .getFirst()
                        .reason())
                .endsWith("no answer was written down (expected: one)");
        assertThat(asked).hasSize(calls);
        assertThatThrownBy(() -> transformer.ask(message(), 1000)).isInstanceOf(TransformerUnavailableException.class);
    }

    @Test
    void waitsNoLongerThanItsTimeout() {
        Transformer transformer = Transformer.of(document("/slow", "", ", \"timeout\": \"PT0.2S\""));

        assertThatThrownBy(() -> transformer.accept(message()))
                .isInstanceOf(TransformerUnavailableException.class)
                .hasMessageEndingWith(": no answer within PT0.2S");
    }

    @Test
    void postProcessesElsewhere() {
        Transformer transformer = Transformer.of("""
                {"steps": [{"step": "extract", "fields": [{"name": "x", "path": "$.x"}]},
                           {"step": "sample", "inputs": ["x"], "targets": ["x"]}],
                 "post": [{"step": "http", "url": "%s"}]}""".formatted(url("/v1/models/pre:predict")));
        answer = "{\"predictions\": [{\"verdict\": \"fine\"}]}";
        Sample sample = transformer.accept(message()).samples().getFirst();

        assertThat(transformer.answer(message(), sample, new double[] {7}).toString())
                .isEqualTo("{\"verdict\":\"fine\"}");
        assertThat(asked.getLast())
                .isEqualTo("POST {\"instances\":[{\"predictions\":[{\"name\":\"x\",\"unit\":\"\",\"times\":[],"
                        + "\"values\":[7.0],\"labels\":[]}]}]}");
    }

    @Test
    void standsBeforeEveryStepThatKeepsAState() {
        assertThatThrownBy(() ->
                        Transformer.of(document("/x", "{\"step\": \"lag\", \"field\": \"x\", \"lags\": [1]},", "")))
                .isInstanceOfSatisfying(InvalidTransformerException.class, e -> assertThat(e.problems())
                        .containsExactly(new Problem(
                                "$.steps[2].step",
                                "http after a step that keeps a state (expected: before every such step)")));
        assertThatThrownBy(() -> Transformer.of(document("/x", "", "").replace("http://", "file://")))
                .hasMessageContaining("expected: http(s)://<host>/v1/models/<name>:predict");
    }

    private String document(String path, String before, String more) {
        return """
                {"steps": [
                  {"step": "extract", "fields": [{"name": "x", "path": "$.x"}, {"name": "t", "path": "$.t", "type": "text"}]},
                  %s
                  {"step": "http", "url": "%s", "inputs": ["x", "t"],
                   "outputs": [{"name": "a", "shape": [2]}, {"name": "b", "unit": "kW"}]%s},
                  {"step": "window", "inputs": ["a", "b", "x"], "in": 1, "out": 0}]}""".formatted(before, url(path), more);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private String reason(Transformer transformer) {
        return transformer.accept(message()).rejections().getFirst().reason();
    }

    private static Message message() {
        return Message.of("s", Pipeline.START, "{\"x\": 5, \"t\": \"hello\"}".getBytes(StandardCharsets.UTF_8));
    }
}
