package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.evaluate.TorchScriptEvaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Archives of {@code torch.jit.save}, traced or scripted, and what {@code torch.save} writes, which is refused. */
public final class TorchScriptFormat implements SourceFormat {

    @Override
    public String name() {
        return "torchscript";
    }

    /** By the archive's directory; of a file that ends early by its first entries. */
    @Override
    public boolean recognizes(Path file, byte[] head) throws IOException {
        boolean zip = head.length > 30 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        if (!zip) {
            return false;
        }
        Optional<Boolean> listed = ZipIndex.anyEntry(file, name -> name.endsWith("/data.pkl"));
        String names = new String(head, StandardCharsets.ISO_8859_1);
        return listed.orElseGet(() -> names.contains("/data.pkl") || names.contains("/code/"));
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        return new Model(TorchScriptArchive.read(file, limits));
    }

    private record Model(TorchScriptArchive archive) implements SourceModel {
        @Override
        public OnnxTranslation translate(TranslationOptions options) {
            return TorchScriptEvaluation.translate(archive, options);
        }

        @Override
        public List<Unsupported> unsupported() {
            return unsupported(TranslationOptions.DEFAULT);
        }

        @Override
        public List<Unsupported> unsupported(TranslationOptions options) {
            return TorchScriptEvaluation.unsupported(archive, options);
        }
    }
}
