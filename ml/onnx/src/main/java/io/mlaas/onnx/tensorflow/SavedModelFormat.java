package io.mlaas.onnx.tensorflow;

import com.google.protobuf.ByteString;
import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.torchscript.ByteSource;
import io.mlaas.onnx.torchscript.ZipIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** SavedModels of TensorFlow 2, as a folder or a zip of one. */
public final class SavedModelFormat implements SourceFormat {
    private static final String GRAPH = "saved_model.pb";

    /** Files from this size on are mapped. */
    private static final int MAPPED = 1 << 20;

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) throws IOException {
        if (Files.isDirectory(file)) {
            return Files.isRegularFile(file.resolve(GRAPH));
        }
        if (head.length < 30 || head[0] != 'P' || head[1] != 'K' || head[2] != 3) {
            return false;
        }
        String names = new String(head, StandardCharsets.ISO_8859_1);
        if (names.contains(GRAPH) || names.contains("variables/variables.")) {
            return true;
        }
        try (ByteSource source = ByteSource.of(file)) {
            for (String name : ZipIndex.read(source, ReadLimits.DEFAULT).names()) {
                if (name.equals(GRAPH) || name.endsWith("/" + GRAPH)) {
                    return true;
                }
            }
            return false;
        } catch (TranslationRefused e) {
            return false; // a damaged zip is judged by the format that it claims to be
        }
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        try {
            return Files.isDirectory(file) ? folder(file, limits) : zip(file, limits);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private SourceModel folder(Path folder, ReadLimits limits) throws IOException {
        return model(folder, new SavedFolder(folder, List.of(), name -> ByteBuffer.allocate(0)), name -> {
            Path file = folder.resolve(name);
            try {
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new TranslationRefused(Reason.DAMAGED, name + " is missing");
                }
                if (Files.size(file) > Math.min(limits.totalBytes(), Integer.MAX_VALUE - 64)) {
                    throw new TranslationRefused(Reason.TOO_LARGE, name + ": " + Files.size(file) + " bytes");
                }
                try (ByteSource source = ByteSource.of(file)) {
                    int length = (int) source.size();
                    return length < MAPPED ? source.read(0, length) : source.view(0, length);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private SourceModel zip(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            ZipIndex zip = ZipIndex.read(source, limits);
            String top = "";
            for (String name : zip.names()) {
                top = name.endsWith("/" + GRAPH) ? name.substring(0, name.length() - GRAPH.length()) : top;
            }
            String prefix = top;
            List<String> names = new ArrayList<>();
            zip.names().forEach(names::add);
            Function<String, ByteBuffer> contents = name -> {
                try {
                    return zip.content(prefix + name, limits.totalBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
            List<String> parts = names.stream()
                    .filter(n -> n.startsWith(prefix))
                    .map(n -> n.substring(prefix.length()))
                    .filter(n -> n.equals(GRAPH) || n.matches("variables/variables\\.[-a-z0-9]+"))
                    .toList();
            return model(file, new SavedFolder(null, parts, new Contents(file, prefix, limits)), contents);
        }
    }

    /** Entries of a zip that is opened anew for each. */
    private record Contents(Path file, String prefix, ReadLimits limits) implements Function<String, ByteBuffer> {
        @Override
        public ByteBuffer apply(String name) {
            try (ByteSource source = ByteSource.of(file)) {
                return ZipIndex.read(source, limits).content(prefix + name, limits.totalBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private SourceModel model(Path file, SavedFolder folder, Function<String, ByteBuffer> files) throws IOException {
        Graph graph;
        try {
            Message saved = Message.parse(ByteString.copyFrom(files.apply(GRAPH)));
            graph = Graph.read(saved, Bundle.read(name -> files.apply("variables/" + name)));
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new TranslationRefused(Reason.DAMAGED, GRAPH + " contradicts itself: " + e.getMessage(), e);
        }
        return new SavedModel(
                graph, new ModelSource(name(), "1", "TensorFlow", graph.version(), SourceDigest.of(file)), folder);
    }
}
