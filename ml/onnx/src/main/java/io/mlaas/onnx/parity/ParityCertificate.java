package io.mlaas.onnx.parity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a comparison of a translated model with its source found.
 *
 * @param format version of this record's fields
 * @param sourceSha256 digest of the source model's file
 * @param sourceFormat such as {@code torchscript 3}
 * @param sourceFramework such as {@code scikit-learn}, empty where the file does not say
 * @param sourceFrameworkVersion such as {@code 1.5.2}, empty where the file does not say
 * @param onnxSha256 digest of the ONNX file
 * @param sourceEngine what ran the source model
 * @param operators the source's operators, estimators or layers, with how often each is used
 * @param seed of the random inputs
 * @param inputs number of samples compared, all kinds together
 * @param boundaryInputs how many of them were made from the model's own thresholds and ranges
 * @param edgeCases names of the inputs that are not random
 * @param batchSizes sizes of the batches they were given in
 * @param sampleShapes sizes of one sample of each input; several where an axis may vary
 * @param maxAbsoluteError largest |y − r| over all finite outputs
 * @param meanAbsoluteError mean of |y − r|
 * @param maxRelativeError largest |y − r| / m, with m as in {@link ParityPlan}
 * @param meanRelativeError mean of |y − r| / m
 * @param labelAgreement share of samples whose label, or largest output, is the same; null when the model does not classify
 * @param worst where the two differ most, measured in tolerances
 * @param firstDifference the first node whose result differs, where the reference tells what lies between; null otherwise
 * @param explained differences that are no mistake of the translation; null where there are none
 * @param rounding what inputs of 64 bits next to the thresholds of trees become; null where there are no such thresholds
 * @param recorded comparison with what the user recorded in the source framework; null if nothing was
 * @param quantization what storing the weights in 8 bits cost; null if that was not asked for
 * @param passed whether every output is within the tolerance
 */
@JsonPropertyOrder({
    "format",
    "passed",
    "source_sha256",
    "source_format",
    "source_framework",
    "source_framework_version",
    "onnx_sha256",
    "source_engine",
    "onnx_engine",
    "opset",
    "operators",
    "seed",
    "inputs",
    "boundary_inputs",
    "edge_cases",
    "batch_sizes",
    "sample_shapes",
    "atol",
    "rtol",
    "max_absolute_error",
    "mean_absolute_error",
    "max_relative_error",
    "mean_relative_error",
    "label_agreement",
    "worst",
    "first_difference",
    "explained",
    "rounding",
    "recorded",
    "quantization",
    "time"
})
public record ParityCertificate(
        int format,
        String sourceSha256,
        String sourceFormat,
        String sourceFramework,
        String sourceFrameworkVersion,
        String onnxSha256,
        String sourceEngine,
        String onnxEngine,
        int opset,
        SortedMap<String, Integer> operators,
        long seed,
        int inputs,
        int boundaryInputs,
        List<String> edgeCases,
        List<Integer> batchSizes,
        List<Map<String, List<Integer>>> sampleShapes,
        double atol,
        double rtol,
        double maxAbsoluteError,
        double meanAbsoluteError,
        double maxRelativeError,
        double meanRelativeError,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double labelAgreement,
        Worst worst,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FirstDifference firstDifference,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Explained explained,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rounding rounding,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Recorded recorded,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Quantization quantization,
        boolean passed,
        Instant time) {

    /** Made when a certificate is first written or read: many are only looked at. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
    }

    /**
     * The output that differs most.
     *
     * @param input which input, such as {@code random 17} or {@code zeros}
     * @param output name of the output
     * @param index of the number within its sample
     * @param reference the source model's value, as text because it may be no finite number
     * @param translated the ONNX model's value
     * @param tolerance how far apart the two might be
     */
    public record Worst(
            String input,
            int batchSize,
            String output,
            int index,
            String reference,
            String translated,
            double tolerance) {}

    /**
     * The first node, in the order of computation, whose result is not the reference's.
     *
     * @param node its name, which begins with the module that it belongs to
     * @param origin file and line of the source, where it has such
     */
    public record FirstDifference(String node, String operator, String origin, String reference, String translated) {}

    /**
     * Inputs whose outputs differ by more than the tolerance for a reason that was checked.
     *
     * @param tiedInputs samples in batches where the source chose other places of equal values: the model was computed with
     *     those places, each of them holds the value that its own place holds, and the outputs agree then
     * @param widenedInputs samples in batches where 32-bit floats take the source itself from what it computes in 64 bits: the
     *     tolerance there is that of {@link ParityPlan} and, added to it, the sample's error so measured times the factor
     * @param referenceError the largest such error
     */
    public record Explained(int tiedInputs, int widenedInputs, double referenceError, int factor) {}

    /**
     * Rows whose values have 64 bits and lie next to a threshold of a tree. The source decides them as they are; the
     * translation takes them as its inputs are. This is known and no failure.
     *
     * @param inputs rows that were tried
     * @param flipped of them those whose outputs differ: none if the translation takes 64 bits
     */
    public record Rounding(int inputs, int flipped) {}

    /**
     * @param sha256 digest of the file with the recorded inputs and outputs
     * @param inputs number of samples
     */
    public record Recorded(
            String sha256,
            int inputs,
            double maxAbsoluteError,
            double meanAbsoluteError,
            double maxRelativeError,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double labelAgreement,

            boolean passed) {}

    /**
     * The model with weights in 8 bits, compared with the source on the same inputs. {@code onnx_sha256} of the
     * certificate is the quantised file's, {@code exactSha256} that of the file without quantisation, which the errors of
     * the certificate itself are of.
     *
     * @param weights tensors that were quantised
     */
    public record Quantization(
            String exactSha256,
            int weights,
            long bytesBefore,
            long bytesAfter,
            double maxAbsoluteError,
            double meanAbsoluteError,
            double maxRelativeError,
            double meanRelativeError,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double labelAgreement) {}

    /** The same certificate always gives the same text. */
    public String toJson() {
        return Json.MAPPER.writeValueAsString(this);
    }

    /** @throws tools.jackson.core.JacksonException for text that {@link #toJson()} did not write */
    public static ParityCertificate fromJson(String json) {
        return Json.MAPPER.readValue(json, ParityCertificate.class);
    }
}
