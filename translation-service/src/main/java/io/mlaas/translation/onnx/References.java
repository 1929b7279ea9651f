package io.mlaas.translation.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Collections;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/** Inputs and outputs that a user recorded in the source framework: taken in constant memory, bounded also unpacked. */
@Component
class References {
    private static final int PIECE = 64 * 1024;

    private final long limit;

    References(TranslationProperties properties) {
        limit = properties.maxReferenceSize().toBytes();
    }

    /**
     * @return the file's SHA-256; empty without a file
     * @throws io.mlaas.kit.problem.ProblemException for what is no archive, or too much
     */
    String take(@Nullable MultipartFile upload, Workspace workspace) {
        if (upload == null) {
            return "";
        }
        try {
            String sha256;
            try (DigestInputStream in = new DigestInputStream(upload.getInputStream(), Registry.sha256());
                    OutputStream out = Files.newOutputStream(workspace.reference())) {
                pass(in, out, limit);
                sha256 = HexFormat.of().formatHex(in.getMessageDigest().digest());
            }
            requireBounded(workspace.reference());
            return sha256;
        } catch (ZipException e) {
            throw TranslationProblem.TRANSLATION_REFERENCE_UNFIT.because(
                    "reference: no file of numpy.savez: " + e.getMessage(), e);
        } catch (IOException e) {
            throw TranslationProblem.TRANSLATION_REFERENCE_UNFIT.because("reference: it did not arrive whole", e);
        }
    }

    /** What an archive says of its sizes may be wrong, so they are counted. */
    private void requireBounded(Path archive) throws IOException {
        long left = limit;
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream in = zip.getInputStream(entry)) {
                    left -= pass(in, OutputStream.nullOutputStream(), left);
                }
            }
        }
    }

    private long pass(InputStream in, OutputStream out, long most) throws IOException {
        byte[] piece = new byte[PIECE];
        long size = 0;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            size += count;
            if (size > most) {
                throw TranslationProblem.TRANSLATION_REFERENCE_TOO_LARGE.because(
                        "reference: more than %d bytes (expected: <= %d, the service's mlaas.translation.max-reference-size)"
                                .formatted(limit, limit));
            }
            out.write(piece, 0, count);
        }
        return size;
    }
}
