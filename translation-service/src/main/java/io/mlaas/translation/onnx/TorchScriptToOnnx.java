package io.mlaas.translation.onnx;

import ai.djl.engine.EngineException;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TorchScriptTranslator;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** TorchScript archives: read, never executed by the translator; PyTorch runs them only to judge the result. */
@Component
class TorchScriptToOnnx implements Translator {
    private static final Logger log = LoggerFactory.getLogger(TorchScriptToOnnx.class);

    private final Judge.Bench bench;
    private final JsonMapper json;

    TorchScriptToOnnx(Judge.Bench bench, JsonMapper json) {
        this.bench = bench;
        this.json = json;
    }

    @Override
    public String format() {
        return "torchscript";
    }

    @Override
    public Translated translate(Path source, String sourceSha256, Path target) {
        long began = System.nanoTime();
        try {
            OnnxTranslation translation = new TorchScriptTranslator().translate(source);
            ParityCertificate certificate = compare(translation, source);
            Files.write(target, translation.onnx().toArray());
            log.info(
                    "translated {} to {} in {} ms, largest error {}",
                    sourceSha256,
                    certificate.onnxSha256(),
                    (System.nanoTime() - began) / 1_000_000,
                    certificate.maxAbsoluteError());
            return new Translated(describe(translation, certificate));
        } catch (TranslationRefused e) {
            throw refused(e);
        } catch (EngineException e) {
            throw TranslationProblem.TRANSLATION_REFUSED.because("PyTorch does not load the model.", e);
        } catch (ParityFailed e) {
            throw TranslationProblem.TRANSLATION_DIFFERS.because(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException refused(TranslationRefused e) {
        TranslationProblem problem =
                switch (e.reason()) {
                    case TOO_LARGE -> TranslationProblem.TRANSLATION_TOO_LARGE;
                    case NOT_A_MODEL,
                            NOT_TORCHSCRIPT,
                            PICKLED_MODULE,
                            DAMAGED,
                            FORBIDDEN_GLOBAL,
                            UNSUPPORTED_OPERATOR,
                            UNSUPPORTED_CODE,
                            UNKNOWN_INPUT,
                            UNSUPPORTED_OPTION,
                            INVALID_RESULT -> TranslationProblem.TRANSLATION_REFUSED;
                };
        return problem.because(e.reason() + ": " + e.getMessage(), e);
    }

    private ParityCertificate compare(OnnxTranslation translation, Path source) throws IOException {
        boolean classification =
                translation.task().filter("classification"::equals).isPresent();
        ParityPlan plan = ParityPlan.standard(Optional.empty(), classification);
        try (Judge judge = bench.open(source)) {
            return new ParityCheck(plan, Clock.systemUTC()).certify(translation, judge);
        }
    }

    private JsonNode describe(OnnxTranslation translation, ParityCertificate certificate) {
        ObjectNode described = (ObjectNode) json.readTree(certificate.toJson());
        described.put("source_format", translation.sourceFormat());
        described.set("model_inputs", json.valueToTree(translation.inputs()));
        described.set("model_outputs", json.valueToTree(translation.outputs()));
        described.set("operators", json.valueToTree(translation.operators()));
        described.set("warnings", json.valueToTree(translation.warnings()));
        return described;
    }
}
