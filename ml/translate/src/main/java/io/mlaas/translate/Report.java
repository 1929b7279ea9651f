package io.mlaas.translate;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.parity.ParityCertificate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the command prints: a short table. */
final class Report {
    private static final int OPERATORS_PER_LINE = 5;

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void translated(CertifiedTranslation certified) {
        OnnxTranslation translation = certified.translation();
        model(translation);
        ParityCertificate certificate = certified.certificate();
        row(
                "compared",
                "%,d inputs (%d at boundaries) with %s"
                        .formatted(certificate.inputs(), certificate.boundaryInputs(), certificate.sourceEngine()));
        errors(
                "errors",
                certificate.maxAbsoluteError(),
                certificate.meanAbsoluteError(),
                certificate.maxRelativeError(),
                certificate.labelAgreement());
        ParityCertificate.Explained explained = certificate.explained();
        if (explained != null && explained.tiedInputs() > 0) {
            row(
                    "explained",
                    "%d inputs: the source takes other places of equal values".formatted(explained.tiedInputs()));
        }
        if (explained != null && explained.widenedInputs() > 0) {
            row(
                    "explained",
                    String.format(
                            Locale.ROOT,
                            "%d inputs: in 32-bit floats the source itself is off by up to %.2g",
                            explained.widenedInputs(),
                            explained.referenceError()));
        }
        ParityCertificate.Recorded recorded = certificate.recorded();
        if (recorded != null) {
            row("recorded", "%,d inputs of the source framework".formatted(recorded.inputs()));
            errors(
                    "",
                    recorded.maxAbsoluteError(),
                    recorded.meanAbsoluteError(),
                    recorded.maxRelativeError(),
                    recorded.labelAgreement());
        }
        ParityCertificate.Quantization small = certificate.quantization();
        if (small != null) {
            row(
                    "quantised",
                    "%d weights, %,d to %,d bytes".formatted(small.weights(), small.bytesBefore(), small.bytesAfter()));
            errors(
                    "",
                    small.maxAbsoluteError(),
                    small.meanAbsoluteError(),
                    small.maxRelativeError(),
                    small.labelAgreement());
        }
    }

    private void model(OnnxTranslation translation) {
        String framework =
                (translation.source().framework() + " " + translation.source().frameworkVersion()).strip();
        row("source", translation.sourceFormat() + (framework.isEmpty() ? "" : " of " + framework));
        row("opset", Integer.toString(translation.opset()));
        translation.inputs().forEach(input -> row("input", describe(input)));
        translation.outputs().forEach(output -> row("output", describe(output)));
        operators(translation.operators());
        translation.warnings().forEach(warning -> row("assumed", warning));
    }

    private static String describe(TensorFacts facts) {
        return "%s  %s  [%s]".formatted(facts.name(), facts.type(), String.join(", ", facts.shape()));
    }

    private void operators(Map<String, Integer> used) {
        List<String> all = used.entrySet().stream()
                .map(o -> o.getValue() == 1 ? o.getKey() : o.getKey() + " ×" + o.getValue())
                .toList();
        for (int i = 0; i < all.size(); i += OPERATORS_PER_LINE) {
            row(
                    i == 0 ? "operators" : "",
                    String.join(", ", all.subList(i, Math.min(all.size(), i + OPERATORS_PER_LINE))));
        }
    }

    private void errors(String name, double max, double mean, double relative, @Nullable Double labels) {
        row(
                name,
                String.format(Locale.ROOT, "max %.2g, mean %.2g, relative %.2g", max, mean, relative)
                        + (labels == null ? "" : String.format(Locale.ROOT, ", labels equal %.2f %%", 100 * labels)));
    }

    void unsupported(List<Unsupported> all) {
        List<String> lines = new ArrayList<>();
        for (Unsupported one : all) {
            lines.add("%s ×%d, first at %s".formatted(one.what(), one.times(), one.where()));
        }
        out.println(lines.stream().collect(Collectors.joining("\n  ", "not translated:\n  ", "")));
    }

    void row(String name, String value) {
        out.println("%-10s %s".formatted(name, value));
    }
}
