package io.mlaas.online.tensorflow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * A zipped SavedModel: {@code saved_model.pb} and {@code variables/}, at the top or in one folder. Read, and not yet run.
 *
 * @param files by their names within the SavedModel
 */
record SavedModelArchive(Map<String, byte[]> files, MetaGraphDef graph) {
    private static final Pattern PART =
            Pattern.compile("(?:[^/]+/)?(saved_model\\.pb|variables/variables\\.(?:index|data-\\d{5}-of-\\d{5}))");
    private static final long MOST_BYTES = 1L << 30;

    static SavedModelArchive read(byte[] zip) throws SavedModelRefused {
        Map<String, byte[]> files = files(zip);
        byte[] model = files.get("saved_model.pb");
        if (model == null) {
            throw new SavedModelRefused("no saved_model.pb in it (expected: a zipped SavedModel)");
        }
        try {
            MetaGraphDef graph = SavedModel.parseFrom(model).getMetaGraphsList().stream()
                    .filter(meta -> meta.getMetaInfoDef().getTagsList().contains(TrainableModel.TAG))
                    .findFirst()
                    .orElseThrow(() -> new SavedModelRefused("no graph with the tag " + TrainableModel.TAG));
            return new SavedModelArchive(files, graph);
        } catch (IOException e) {
            throw new SavedModelRefused("saved_model.pb: not one (" + e.getMessage() + ")", e);
        }
    }

    private static Map<String, byte[]> files(byte[] zip) throws SavedModelRefused {
        Map<String, byte[]> files = new TreeMap<>();
        long left = MOST_BYTES;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                var part = PART.matcher(entry.getName());
                if (!part.matches()) {
                    continue;
                }
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                left -= copy(in, bytes, left);
                if (files.put(part.group(1), bytes.toByteArray()) != null) {
                    throw new SavedModelRefused(part.group(1) + " is in it twice");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new SavedModelRefused("not a zip that can be read (" + e.getMessage() + ")", e);
        }
        return files;
    }

    private static long copy(ZipInputStream in, ByteArrayOutputStream out, long most)
            throws IOException, SavedModelRefused {
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            copied += read;
            if (copied > most) {
                throw new SavedModelRefused("larger than " + MOST_BYTES + " bytes when unpacked");
            }
            out.write(buffer, 0, read);
        }
        return copied;
    }

    /** As a folder, which is the caller's to {@link #remove}. */
    Path unpack() throws IOException {
        Path folder = Files.createTempDirectory("saved-model");
        Files.createDirectory(folder.resolve("variables"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
