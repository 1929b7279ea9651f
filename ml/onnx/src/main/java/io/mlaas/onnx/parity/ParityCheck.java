package io.mlaas.onnx.parity;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * Proves a translation: runs the ONNX model on ONNX Runtime and the source model on its own engine over the same inputs,
 * random and extreme, in batches of several sizes. A number on one side where the other has NaN or an infinity is a
 * failure.
 */
public final class ParityCheck {
    private final ParityPlan plan;
    private final Clock clock;

    public ParityCheck(ParityPlan plan, Clock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    /** @throws ParityFailed when any output is further from the reference than the tolerance */
    public ParityCertificate certify(OnnxTranslation translation, Reference reference) {
        return certify(
                translation.onnx().toArray(),
                translation.sourceSha256(),
                translation.opset(),
                translation.indexBound(),
                reference,
                sampleShapes(translation));
    }

    /**
     * Compares an ONNX model from anywhere.
     *
     * @param indexBound what integer inputs must stay below
     * @param sampleShapes sizes of one input without the batch; the first gets all inputs of the plan, others a tenth
     * @throws ParityFailed when any output is further from the reference than the tolerance
     */
    public ParityCertificate certify(
            byte[] onnx,
            String sourceSha256,
            int opset,
            OptionalLong indexBound,
            Reference reference,
            List<List<Integer>> sampleShapes) {
        Comparison comparison = new Comparison(plan);
        int compared = 0;
        List<String> edgeCases = List.of();
        try (OnnxModel model = OnnxModel.load(onnx)) {
            boolean integers = model.inputs().getFirst().type().startsWith("int");
            for (int i = 0; i < sampleShapes.size(); i++) {
                int count = i == 0 ? plan.inputs() : Math.max(1, plan.inputs() / 10);
                ParityInputs inputs = new ParityInputs(plan, count, sampleShapes.get(i), integers, indexBound);
                edgeCases = inputs.edgeCases();
                for (ParityInputs.Labelled input : inputs.all()) {
                    Batch expected = reference.run(input.batch());
                    comparison.add(input, expected, model.run(input.batch()));
                    compared += input.batch().samples();
                }
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
                edgeCases,
                plan.batchSizes(),
                sampleShapes,
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

    /** The declared shape first; where an axis may vary, with one step, and with a few more than declared. */
    private static List<List<Integer>> sampleShapes(OnnxTranslation translation) {
        List<List<Integer>> shapes = new ArrayList<>(List.of(translation.sampleShape()));
        for (int axis : translation.varyingAxes()) {
            for (int size : new int[] {1, translation.sampleShape().get(axis) + 3}) {
                List<Integer> shape = new ArrayList<>(translation.sampleShape());
                shape.set(axis, size);
                shapes.add(shape);
            }
        }
        return shapes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
