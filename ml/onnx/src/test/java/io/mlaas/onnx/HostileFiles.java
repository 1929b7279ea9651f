package io.mlaas.onnx;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Archives that nobody should be able to harm us with. */
public final class HostileFiles {
    private HostileFiles() {}

    /** The entries of a fixture, to be changed and packed again. */
    public static Map<String, byte[]> entries(String fixture) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(Fixtures.bytes(fixture)))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    public static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A working archive whose one entry is replaced. */
    public static byte[] with(String fixture, String entry, byte[] content) {
        Map<String, byte[]> entries = entries(fixture);
        String top = entries.keySet().iterator().next().split("/", -1)[0];
        entries.put(top + "/" + entry, content);
        return zip(entries);
    }

    /** {@code module.name(argument)} as a pickle of protocol 2. */
    public static byte[] pickledCall(String module, String name, String argument) {
        String text = "\u0080\u0002c" + module + "\n" + name + "\nX" + (char) argument.length() + "\0\0\0" + argument
                + "\u0085R.";
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
