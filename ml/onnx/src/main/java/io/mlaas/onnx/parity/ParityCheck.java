package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * Proves a translation: runs the ONNX model on ONNX Runtime and the source model on its own engine over the same inputs,
 * random and extreme, in batches of several sizes. A number on one side where the other has NaN or an infinity is a
 * failure.
 */
public final class ParityCheck {
    /** Stands for a time axis that may vary. */
    private static final int STEPS = 5;

    private final ParityPlan plan;
    private final Clock clock;

    public ParityCheck(ParityPlan plan, Clock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    /**
     * @param sampleShape sizes of one input without the batch
     * @throws ParityFailed when any output is further from the reference than the tolerance
     */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference, int... sampleShape) {
        return certify(
                translation.onnx().toArray(),
                translation.sourceSha256(),
                translation.opset(),
                translation.indexBound(),
                reference,
                sampleShape);
    }

    /**
     * Compares an ONNX model from anywhere.
     *
     * @param indexBound what integer inputs must stay below
     * @throws ParityFailed when any output is further from the reference than the tolerance
     */
    public ParityCertificate certify(
            byte[] onnx,
            String sourceSha256,
            int opset,
            OptionalLong indexBound,
            Reference reference,
            int... sampleShape) {
        Comparison comparison = new Comparison(plan);
        int compared = 0;
        ParityInputs inputs;
        try (OnnxModel model = OnnxModel.load(onnx)) {
            boolean integers = model.inputs().getFirst().type().startsWith("int");
            inputs = new ParityInputs(plan, sampleShape, integers, indexBound);
            for (ParityInputs.Labelled input : inputs.all()) {
                Batch expected = reference.run(input.batch());
                comparison.add(input, expected, model.run(input.batch()));
                compared += input.batch().samples();
            }
        }
        ParityCertificate certificate = new ParityCertificate(
                1,
                sourceSha256,
                sha256(onnx),
                reference.engine(),
                OnnxModel.engine(),
                opset,
                plan.seed(),
                compared,
                inputs.edgeCases(),
                plan.batchSizes(),
                plan.atol(),
                plan.rtol(),
                comparison.maxAbsolute(),
                comparison.meanAbsolute(),
                comparison.maxRelative(),
                plan.classification() ? comparison.labelAgreement() : null,
                comparison.worst(),
                comparison.passed(),
                clock.instant());
        if (!certificate.passed()) {
            throw new ParityFailed(certificate);
        }
        return certificate;
    }

    /** The shape of one sample of a translated model; an axis that may vary gets a few steps. */
    public static int[] sampleShape(OnnxTranslation translation) {
        List<String> shape = translation.inputs().getFirst().shape();
        return shape.stream().skip(1).mapToInt(ParityCheck::size).toArray();
    }

    private static int size(String size) {
        return size.chars().allMatch(Character::isDigit) ? Integer.parseInt(size) : STEPS;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
