package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.evaluate.ExportedEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Programs of {@code torch.export.save} ({@code .pt2}). */
public final class ExportedFormat implements SourceFormat {
    @Override
    public String name() {
        return "torch-export";
    }

    /** By the archive's directory; of a file that ends early by its name. */
    @Override
    public boolean recognizes(Path file, byte[] head) throws IOException {
        boolean zip = head.length > 30 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        if (!zip) {
            return false;
        }
        return ZipIndex.anyEntry(
                        file,
                        name -> name.endsWith("/models/model.json")
                                || name.endsWith("serialized_exported_program.json"))
                .orElseGet(() -> String.valueOf(file.getFileName())
                        .toLowerCase(Locale.ROOT)
                        .endsWith(".pt2"));
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        ExportedProgram program = ExportedProgram.read(file, limits);
        return new SourceModel() {
            @Override
            public OnnxTranslation translate(TranslationOptions options) {
                return ExportedEvaluation.translate(program, options);
            }

            @Override
            public List<Unsupported> unsupported() {
                return ExportedEvaluation.unsupported(program);
            }
        };
    }
}
