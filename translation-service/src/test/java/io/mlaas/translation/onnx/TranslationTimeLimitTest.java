package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** A time limit that a model exceeds. */
@TestPropertySource(properties = "mlaas.translation.time-limit=3s")
class TranslationTimeLimitTest extends RunningService {
    @Test
    void endsATranslationInTheMiddleOfABatchThatPyTorchCalculates() throws Exception {
        CountDownLatch batch = new CountDownLatch(1);
        slow = batch;
        UUID id = trained("mlp.pt");

        HttpResponse<String> answer = translate(id);

        assertThat(batch.getCount()).isEqualTo(1);
        assertProblem(answer, 422, "TRANSLATION_TOO_SLOW");
        assertThat(answer.body()).contains("time limit: not done after 3 s, in the middle of COMPARING");
        assertThat(REGISTRY.translations()).isEmpty();
        assertThat(eventsOf(id)).last().asString().endsWith("refused");
        assertNothingLeft();

        slow = null;
        batch.countDown();
        assertThat(translate(trained("residual.pt")).statusCode()).isEqualTo(201);
        assertThat(REGISTRY.translations()).hasSize(1);
        assertThat(translate(id).statusCode()).isEqualTo(201);
    }
}
