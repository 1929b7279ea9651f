package io.mlaas.sharing.artifact;

import io.mlaas.kit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A multipart form, read once from front to back: text parts into memory, files straight into the object store, in
 * whatever order they come. Closing it removes the files that were not kept.
 */
public final class UploadForm implements AutoCloseable {
    private static final String UPLOAD_ID = "upload_id";
    private static final int MAX_ID = 64;
    private static final int MAX_PARTS = 20;
    private static final int MAX_PART_HEADER_BYTES = 8 * 1024;

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, StagedFile> files = new LinkedHashMap<>();

    private UploadForm() {}

    /**
     * What a form may hold.
     *
     * @param texts name of each text part and how many bytes it may have
     * @param files name of each file and how many bytes it may have (0 for no limit)
     * @param uploaded name of the file that may be given as a resumable upload, null if none may
     */
    public record Parts(
            Map<String, Integer> texts,
            Map<String, Long> files,
            @Nullable String uploaded) {
        public Parts {
            texts = Map.copyOf(texts);
            files = Map.copyOf(files);
        }

        public Parts(Map<String, Integer> texts, Map<String, Long> files) {
            this(texts, files, null);
        }

        /** The same, but a resumable upload may stand for this file: its id then comes as the text {@value #UPLOAD_ID}. */
        public Parts orUploaded(String file) {
            Map<String, Integer> more = new LinkedHashMap<>(texts);
            more.put(UPLOAD_ID, MAX_ID);
            return new Parts(more, files, file);
        }

        private String expected() {
            TreeSet<String> names = new TreeSet<>(texts.keySet());
            names.addAll(files.keySet());
            return String.join(", ", names);
        }
    }

    public static UploadForm read(HttpServletRequest request, UUID organizationId, Parts parts, ArtifactStore store) {
        UploadForm form = new UploadForm();
        boolean complete = false;
        try {
            form.readParts(request, organizationId, parts, store);
            complete = true;
            return form;
        } catch (IOException e) {
            ProblemException problem = UploadProblem.brokenOff("form", e);
            throw problem.problem() == UploadProblem.MALFORMED_UPLOAD
                    ? UploadProblem.MALFORMED_UPLOAD.because(
                            "The body is not a complete multipart/form-data message with a boundary.", e)
                    : problem;
        } finally {
            if (!complete) {
                form.close();
            }
        }
    }

    private void readParts(HttpServletRequest request, UUID organizationId, Parts parts, ArtifactStore store)
            throws IOException {
        String declared = DeclaredDigest.sha256(request.getHeader("Content-Digest"));
        Fingerprint whole = new Fingerprint();
        InputStream body = store.body(request);
        InputStream content = declared == null ? body : new UploadStream(body, Long.MAX_VALUE, whole);
        FormReader form = new FormReader(content, request.getContentType(), MAX_PART_HEADER_BYTES);
        int count = 0;
        for (FormReader.Part part = form.next(); part != null; part = form.next()) {
            if (++count > MAX_PARTS) {
                throw UploadProblem.TOO_MANY_PARTS.because(
                        "More than %d parts (expected: %s)".formatted(MAX_PARTS, parts.expected()));
            }
            readPart(part, organizationId, parts, store);
        }
        String uploadId = texts.get(UPLOAD_ID);
        String uploaded = parts.uploaded();
        if (uploadId != null && uploaded != null) {
            claim(uploadId, uploaded, organizationId, parts, store);
        }
        if (declared != null) {
            content.transferTo(OutputStream.nullOutputStream());
            DeclaredDigest.require(declared, whole.sha256(), "the body");
        }
    }

    private void claim(String uploadId, String name, UUID organizationId, Parts parts, ArtifactStore store) {
        if (files.containsKey(name)) {
            throw UploadProblem.UNEXPECTED_PART.because(
                    "%s and %s: both given (expected: one)".formatted(name, UPLOAD_ID));
        }
        UUID id;
        try {
            id = UUID.fromString(uploadId.strip());
        } catch (IllegalArgumentException e) {
            throw UploadProblem.UNKNOWN_UPLOAD.because("upload_id: not a UUID", e);
        }
        files.put(name, store.claim(organizationId, id, name, parts.files().getOrDefault(name, 0L)));
    }

    private void readPart(FormReader.Part part, UUID organizationId, Parts parts, ArtifactStore store)
            throws IOException {
        String name = part.name();
        Integer textLimit = parts.texts().get(name);
        Long fileLimit = parts.files().get(name);
        if (textLimit == null && fileLimit == null) {
            throw UploadProblem.UNEXPECTED_PART.because(
                    "part: %s (expected: %s)".formatted(FileName.sanitised(name, "without a name"), parts.expected()));
        }
        if (texts.containsKey(name) || files.containsKey(name)) {
            throw UploadProblem.UNEXPECTED_PART.because("part: %s twice (expected: once)".formatted(name));
        }
        if (textLimit != null) {
            byte[] bytes = part.content().readNBytes(textLimit + 1);
            if (bytes.length > textLimit) {
                throw UploadProblem.PART_TOO_LARGE.because(
                        "%s: more than %d bytes (expected: <= %d)".formatted(name, textLimit, textLimit));
            }
            texts.put(name, new String(bytes, StandardCharsets.UTF_8));
        } else if (fileLimit != null) {
            String fileName = part.fileName();
            if (fileName == null) {
                throw UploadProblem.MISSING_PART.because(
                        "%s: text without a file name (expected: a file, --form %s=@path)".formatted(name, name));
            }
            StagedFile file =
                    store.stage(organizationId, name, part.content(), fileName, part.header("content-type"), fileLimit);
            files.put(name, file);
            file.requireSize(declaredSize(part.header("content-length")));
            file.requireDigest(part.header("content-digest"));
            file.requireDigest(part.header("repr-digest"));
        }
    }

    private static @Nullable Long declaredSize(@Nullable String header) {
        if (header == null) {
            return null;
        }
        if (!header.strip().matches("[0-9]{1,18}")) {
            throw UploadProblem.MALFORMED_UPLOAD.because("Content-Length of a part (expected: a number of bytes)");
        }
        return Long.valueOf(header.strip());
    }

    public @Nullable String text(String name) {
        return texts.get(name);
    }

    public String requiredText(String name) {
        String text = texts.get(name);
        if (text == null) {
            throw UploadProblem.MISSING_PART.because(name + ": missing (expected: a text part)");
        }
        return text;
    }

    public @Nullable StagedFile file(String name) {
        return files.get(name);
    }

    /** @param names the part's name and its aliases: exactly one of them must be there */
    public StagedFile requiredFile(String... names) {
        StagedFile found = null;
        for (String name : names) {
            StagedFile file = files.get(name);
            if (file != null && found != null) {
                throw UploadProblem.UNEXPECTED_PART.because(
                        "%s and %s: both given (expected: one)".formatted(names[0], name));
            }
            found = file == null ? found : file;
        }
        if (found == null) {
            throw UploadProblem.MISSING_PART.because(names[0] + ": missing (expected: a file part)");
        }
        return found;
    }

    @Override
    public void close() {
        files.values().forEach(StagedFile::close);
    }
}
