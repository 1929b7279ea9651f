package io.mlaas.translation.onnx;

import ai.djl.engine.EngineException;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Models of every format of the library: read, never executed by the translator; what it wrote is compared with the source
 * before it says that it is done.
 */
@Component
class Translator {
    private static final Logger log = LoggerFactory.getLogger(Translator.class);

    private final OnnxTranslator library = new OnnxTranslator();
    private final Judge.Bench bench;
    private final JsonMapper json;

    Translator(Judge.Bench bench, JsonMapper json) {
        this.bench = bench;
        this.json = json;
    }

    /** The formats as the registry names them. */
    List<String> formats() {
        return OnnxTranslator.formats();
    }

    /**
     * @param target where the ONNX model is written
     * @return the certificate: what was compared, and how close it was
     * @throws ProblemException if the model cannot be translated, or not faithfully
     */
    JsonNode translate(Path source, Wish wish, Path target) {
        long began = System.nanoTime();
        try (SourceModel model = library.open(source)) {
            OnnxTranslation translation = model.translate(wish.options());
            CertifiedTranslation certified = compare(model, translation, source, wish);
            ParityCertificate certificate = certified.certificate();
            Files.write(target, certified.translation().onnx().toArray());
            log.info(
                    "translated {} to {} in {} ms, largest error {}",
                    certificate.sourceSha256(),
                    certificate.onnxSha256(),
                    (System.nanoTime() - began) / 1_000_000,
                    certificate.maxAbsoluteError());
            return describe(certified);
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

    /** @throws ProblemException if the model cannot even be read, or lacks what no operator is to blame for */
    TranslationCheck check(Path source) {
        try (SourceModel model = library.open(source)) {
            List<Unsupported> unsupported = model.unsupported();
            String format = library.formatOf(source).orElseThrow().name();
            if (unsupported.isEmpty()) {
                model.translate(TranslationOptions.DEFAULT);
            }
            return TranslationCheck.of(format, unsupported);
        } catch (TranslationRefused e) {
            throw refused(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException refused(TranslationRefused e) {
        TranslationProblem problem =
                switch (e.reason()) {
                    case TOO_LARGE -> TranslationProblem.TRANSLATION_TOO_LARGE;
                    default -> TranslationProblem.TRANSLATION_REFUSED;
                };
        return problem.because(e.reason() + ": " + e.getMessage(), e);
    }

    private CertifiedTranslation compare(SourceModel model, OnnxTranslation translation, Path source, Wish wish)
            throws IOException {
        CertifiedTranslation.Wishes wishes =
                new CertifiedTranslation.Wishes(wish.options(), wish.quantize(), Optional.empty(), Optional.empty());
        Optional<Reference> own = model.reference();
        if (own.isPresent()) {
            return CertifiedTranslation.of(model, translation, own, wishes, Clock.systemUTC());
        }
        try (Judge judge = bench.open(source, translation)) {
            return CertifiedTranslation.of(model, translation, Optional.of(judge), wishes, Clock.systemUTC());
        }
    }

    private JsonNode describe(CertifiedTranslation certified) {
        OnnxTranslation translation = certified.translation();
        ObjectNode described =
                (ObjectNode) json.readTree(certified.certificate().toJson());
        described.set("model_inputs", json.valueToTree(translation.inputs()));
        described.set("model_outputs", json.valueToTree(translation.outputs()));
        described.set("warnings", json.valueToTree(translation.warnings()));
        return described;
    }
}
