package io.mlaas.translate;

import io.mlaas.neural.engine.PyTorch;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Translates samples of every format once, so that the JDK records what the command loads ({@code -XX:AOTCacheOutput}), and
 * unpacks ONNX Runtime's libraries, which it otherwise does at each start. The environment that PyTorch's libraries shall
 * find is written down, so that the command can be started with it, instead of preparing calls into the C library.
 */
public final class Rehearsal {
    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private Rehearsal() {}

    /** @param args the folder for the libraries, the file for the environment, then the samples */
    public static void main(String[] args) throws IOException {
        Path libraries = Path.of(args[0]);
        if (unpack(libraries)) {
            System.setProperty("onnxruntime.native.path", libraries.toString());
        }
        Files.write(
                Path.of(args[1]),
                PyTorch.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList());
        Path target = Files.createTempFile("mlaas-", ".onnx");
        try {
            rehearse(args[2], "--check", "--input-shape", "1", "--input-type", "float32"); // whether it fits or not
            for (String sample : List.of(args).subList(2, args.length)) {
                rehearse(sample, "--check");
                rehearse(sample, "-o", target.toString());
            }
            rehearse("--help"); // as picocli prints it
        } finally {
            Files.delete(target);
        }
    }

    private static void rehearse(String... arguments) {
        StringWriter said = new StringWriter();
        int status = Translate.run(new PrintWriter(said), new PrintWriter(said), arguments);
        System.out.println(String.join(" ", arguments) + ": " + status);
    }

    /** Whether there are libraries for this system; the folder is made whole or not used. */
    private static boolean unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : LIBRARIES) {
            String library = System.mapLibraryName(name);
            try (InputStream in =
                    Rehearsal.class.getResourceAsStream("/ai/onnxruntime/native/" + platform() + "/" + library)) {
                if (in == null) {
                    return false;
                }
                Files.copy(in, folder.resolve(library));
            }
        }
        return true;
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String name = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return name + "-" + (processor.equals("amd64") || processor.equals("x86_64") ? "x64" : processor);
    }
}
