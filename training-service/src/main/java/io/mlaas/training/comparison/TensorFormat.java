package io.mlaas.training.comparison;

import io.mlaas.training.comparison.TensorFile.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The formats whose tensors are read. */
enum TensorFormat {
    TORCHSCRIPT {
        @Override
        boolean looksLike(Path file) throws IOException {
            return hasEntry(file, "/data.pkl");
        }

        @Override
        SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
            return TorchScriptTensors.read(file);
        }
    },
    NPZ {
        @Override
        boolean looksLike(Path file) throws IOException {
            return hasEntry(file, ".npy");
        }

        @Override
        SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
            return NpzTensors.read(file);
        }
    },
    SAFETENSORS {
        @Override
        boolean looksLike(Path file) throws IOException {
            byte[] start = start(file);
            return start.length > 9 && start[8] == '{' && start[7] == 0 && start[6] == 0 && start[5] == 0;
        }

        @Override
        SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
            return SafeTensors.read(file);
        }
    },
    ONNX {
        @Override
        boolean looksLike(Path file) throws IOException {
            // ir_version, the first member: its tag, and a small number
            byte[] start = start(file);
            return start.length > 2 && start[0] == 8 && start[1] > 0 && start[1] < 64;
        }

        @Override
        SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
            return OnnxTensors.read(file);
        }
    };

    abstract boolean looksLike(Path file) throws IOException;

    abstract SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(16);
        }
    }

    static boolean isZip(Path file) throws IOException {
        byte[] start = start(file);
        return start.length > 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4;
    }

    private static boolean hasEntry(Path file, String end) throws IOException {
        if (!isZip(file)) {
            return false;
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.stream().anyMatch(entry -> entry.getName().endsWith(end));
        } catch (ZipException e) {
            return false;
        }
    }
}
