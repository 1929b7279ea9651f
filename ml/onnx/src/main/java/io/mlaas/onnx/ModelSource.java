package io.mlaas.onnx;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a translated model comes from; it is kept in the ONNX file's {@code metadata_props}.
 *
 * @param format as {@link SourceFormat#name()}
 * @param formatVersion version of the file's format, empty where it has none
 * @param framework such as {@code scikit-learn}; empty where the file does not say
 * @param frameworkVersion such as {@code 1.5.2}; empty where the file does not say
 * @param sha256 digest of the file, see {@link SourceDigest}
 */
public record ModelSource(
        String format, String formatVersion, String framework, String frameworkVersion, String sha256) {

    /** Such as {@code torchscript 3}. */
    public String describe() {
        return formatVersion.isEmpty() ? format : format + " " + formatVersion;
    }

    SortedMap<String, String> metadata() {
        TreeMap<String, String> metadata = new TreeMap<>();
        metadata.put("source_format", format);
        metadata.put("source_format_version", formatVersion);
        metadata.put("source_framework", framework);
        metadata.put("source_framework_version", frameworkVersion);
        metadata.put("source_sha256", sha256);
        metadata.values().removeIf(String::isEmpty);
        return metadata;
    }
}
