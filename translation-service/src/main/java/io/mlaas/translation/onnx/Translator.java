package io.mlaas.translation.onnx;

import ai.djl.engine.EngineException;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TimeLimit;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.parity.Oversight;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.RecordedOutputs;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.parity.WideReference;
import io.mlaas.translate.GivenOptions;
import io.mlaas.translate.Judge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
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
    private final Workers workers;
    private final TranslationProperties properties;
    private final JsonMapper json;

    Translator(Judge.Bench bench, Workers workers, TranslationProperties properties, JsonMapper json) {
        this.bench = bench;
        this.workers = workers;
        this.properties = properties;
        this.json = json;
    }

    /** The formats as the registry names them. */
    List<String> formats() {
        return OnnxTranslator.formats();
    }

    /** What the comparison needs that only the translated model tells how to find; and what is done meanwhile. */
    interface Surroundings {
        InputRanges ranges(OnnxTranslation translation);

        void at(Step step);
    }

    /**
     * Writes the ONNX model to the workspace.
     *
     * @return the certificate: what was compared, and how close it was
     * @throws ProblemException if the model cannot be translated, or not faithfully
     */
    ObjectNode translate(Workspace workspace, Wish wish, Surroundings surroundings) throws InterruptedException {
        TimeLimit limit = TimeLimit.of(properties.timeLimit());
        Stage stage = new Stage(surroundings, limit);
        try {
            return workers.calculate(limit, () -> translate(workspace, wish, stage));
        } catch (TimeoutException e) {
            throw refused(stage.exceeded());
        }
    }

    /** Who is told of each step, as long as there is time. */
    private static final class Stage {
        final TimeLimit limit;
        private final Surroundings surroundings;
        private volatile Step step = Step.TRANSLATING;

        Stage(Surroundings surroundings, TimeLimit limit) {
            this.surroundings = surroundings;
            this.limit = limit;
        }

        void at(Step next) {
            limit.check("with " + next + " ahead");
            step = next;
            surroundings.at(next);
        }

        TranslationRefused exceeded() {
            return limit.exceeded("in the middle of " + step);
        }
    }

    private ObjectNode translate(Workspace workspace, Wish wish, Stage stage) {
        long began = System.nanoTime();
        Optional<RecordedOutputs> recorded = recorded(workspace, wish);
        try (SourceModel model = library.open(workspace.source())) {
            stage.at(Step.TRANSLATING);
            OnnxTranslation translation = model.translate(wish.options());
            stage.at(Step.PROFILING);
            InputRanges ranges = stage.surroundings.ranges(translation);
            stage.at(Step.COMPARING);
            CertifiedTranslation certified = compare(
                    model,
                    translation,
                    workspace.source(),
                    new CertifiedTranslation.Wishes(wish.options(), wish.quantize(), ranges.range(), recorded),
                    stage.limit);
            stage.limit.check("with all inputs compared");
            ParityCertificate certificate = certified.certificate();
            certified.translation().onnx().writeTo(workspace.target());
            log.info(
                    "translated {} to {} in {} ms, largest error {}",
                    certificate.sourceSha256(),
                    certificate.onnxSha256(),
                    (System.nanoTime() - began) / 1_000_000,
                    certificate.maxAbsoluteError());
            return describe(certified, wish, ranges);
        } catch (ReferenceUnfit e) {
            throw TranslationProblem.TRANSLATION_REFERENCE_UNFIT.because(String.valueOf(e.getMessage()), e);
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
    TranslationCheck check(Path source, TranslationOptions options) {
        try (SourceModel model = library.open(source)) {
            List<Unsupported> unsupported = model.unsupported(options);
            String format = library.formatOf(source).orElseThrow().name();
            if (unsupported.isEmpty()) {
                model.translate(options);
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
                    case TOO_SLOW -> TranslationProblem.TRANSLATION_TOO_SLOW;
                    default -> TranslationProblem.TRANSLATION_REFUSED;
                };
        return problem.because(e.reason() + ": " + e.getMessage(), e);
    }

    private static Optional<RecordedOutputs> recorded(Workspace workspace, Wish wish) {
        if (!wish.hasReference()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordedOutputs.read(workspace.reference()));
        } catch (IllegalArgumentException e) {
            throw TranslationProblem.TRANSLATION_REFERENCE_UNFIT.because(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the library says of recorded arrays that are none of the model's. */
    private static final class ReferenceUnfit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReferenceUnfit(IllegalArgumentException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private CertifiedTranslation compare(
            SourceModel model,
            OnnxTranslation translation,
            Path source,
            CertifiedTranslation.Wishes wishes,
            TimeLimit limit)
            throws IOException {
        Optional<Reference> own = model.reference();
        if (own.isPresent()) {
            return certify(model, translation, own, wishes, limit);
        }
        TranslationOptions wide = wishes.options().withFloat64(true);
        try (Judge judge = bench.open(source, translation);
                WideReference<Judge> both =
                        new WideReference<>(judge, () -> bench.open(source, model.translate(wide)))) {
            return certify(model, translation, Optional.of(both), wishes, limit);
        }
    }

    private static CertifiedTranslation certify(
            SourceModel model,
            OnnxTranslation translation,
            Optional<Reference> reference,
            CertifiedTranslation.Wishes wishes,
            TimeLimit limit) {
        Oversight oversight = new Oversight(limit, Oversight.NONE.progress());
        try {
            return CertifiedTranslation.of(model, translation, reference, wishes, oversight, Clock.systemUTC());
        } catch (IllegalArgumentException e) {
            if (wishes.recorded().isPresent()) {
                throw new ReferenceUnfit(e);
            }
            throw e;
        }
    }

    private ObjectNode describe(CertifiedTranslation certified, Wish wish, InputRanges ranges) {
        OnnxTranslation translation = certified.translation();
        ObjectNode described =
                (ObjectNode) json.readTree(certified.certificate().toJson());
        if (!wish.given().equals(GivenOptions.NONE)) {
            described.put("options", wish.given().text());
        }
        described.set("model_inputs", json.valueToTree(translation.inputs()));
        described.set("model_outputs", json.valueToTree(translation.outputs()));
        described.set("warnings", json.valueToTree(translation.warnings()));
        described.put("input_ranges", ranges.source());
        if (ranges.note() != null) {
            described.put("input_ranges_note", ranges.note());
        }
        return described;
    }
}
