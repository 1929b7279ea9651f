package io.mlaas.onnx;

import io.mlaas.onnx.parity.InputRange;
import io.mlaas.onnx.parity.Oversight;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.parity.RecordedOutputs;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.quantize.QuantizedModel;
import java.time.Clock;
import java.util.Optional;

/**
 * A translation and the proof of it.
 *
 * @param translation what was asked for: with smaller weights, if that was
 */
public record CertifiedTranslation(OnnxTranslation translation, ParityCertificate certificate) {
    /** A model with 8-bit weights whose outputs are further off than this, on average, is refused. */
    private static final double MAX_QUANTIZATION_ERROR = 0.1;

    /**
     * What is wished for.
     *
     * @param quantize whether the weights shall be stored in 8 bits
     * @param range where the inputs lie, where the caller knows it
     * @param recorded outputs of the source framework itself
     */
    public record Wishes(
            TranslationOptions options,
            boolean quantize,
            Optional<InputRange> range,
            Optional<RecordedOutputs> recorded) {
        public static final Wishes PLAIN =
                new Wishes(TranslationOptions.DEFAULT, false, Optional.empty(), Optional.empty());
    }

    /**
     * Translates, and compares with the source.
     *
     * @param engine runs the source where the model has no evaluator of its own
     * @throws TranslationRefused when there is no translation
     * @throws io.mlaas.onnx.parity.ParityFailed when it does not compute what its source does
     * @throws IllegalArgumentException when what was recorded does not fit the model
     */
    public static CertifiedTranslation of(SourceModel model, Optional<Reference> engine, Wishes wishes, Clock clock) {
        return of(model, model.translate(wishes.options()), engine, wishes, clock);
    }

    /** As {@link #of(SourceModel, Optional, Wishes, Clock)}, for a translation that is already made. */
    public static CertifiedTranslation of(
            SourceModel model, OnnxTranslation translation, Optional<Reference> engine, Wishes wishes, Clock clock) {
        return of(model, translation, engine, wishes, Oversight.NONE, clock);
    }

    /**
     * As {@link #of(SourceModel, OnnxTranslation, Optional, Wishes, Clock)}, watched over.
     *
     * @throws TranslationRefused also when the time is over
     */
    public static CertifiedTranslation of(
            SourceModel model,
            OnnxTranslation translation,
            Optional<Reference> engine,
            Wishes wishes,
            Oversight oversight,
            Clock clock) {
        oversight.limit().check("with no input compared");
        Reference reference = model.reference()
                .or(() -> engine)
                .orElseThrow(() -> new IllegalArgumentException("engine: none (expected: one that runs "
                        + translation.sourceFormat() + ", which has no evaluator of its own)"));
        boolean classification =
                translation.task().filter("classification"::equals).isPresent();
        Optional<QuantizedModel> quantized =
                wishes.quantize() ? Optional.of(QuantizedModel.of(translation.onnx())) : Optional.empty();
        if (quantized.filter(q -> q.weights() == 0).isPresent()) {
            throw new TranslationRefused(
                    TranslationRefused.Reason.UNSUPPORTED_OPTION,
                    "quantize: true (expected: false for a model without large weights of 32-bit floats)");
        }
        ParityCertificate certificate = new ParityCheck(
                        ParityPlan.standard(wishes.range(), classification), clock, oversight)
                .certify(
                        translation,
                        reference,
                        new ParityCheck.Extras(
                                model.boundaryInputs(), model.unroundedInputs(), wishes.recorded(), quantized));
        requireUseful(certificate);
        return new CertifiedTranslation(
                quantized.map(q -> translation.withOnnx(q.onnx())).orElse(translation), certificate);
    }

    private static void requireUseful(ParityCertificate certificate) {
        ParityCertificate.Quantization cost = certificate.quantization();
        if (cost != null && !(cost.meanRelativeError() <= MAX_QUANTIZATION_ERROR)) {
            throw new TranslationRefused(
                    TranslationRefused.Reason.UNSUPPORTED_OPTION,
                    "quantize: true: the outputs would be off by " + cost.meanRelativeError()
                            + " of their magnitude on average (expected: <= " + MAX_QUANTIZATION_ERROR + ")");
        }
    }
}
