package io.mlaas.sharing.artifact;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Sends a file to a client, but never the whole of one whose digest is not the expected one: a small file is verified
 * before its first byte is sent, a large one while it is sent, and its end is held back until the digest matches. If it
 * does not, the connection closes before {@code Content-Length} is reached, which every client reports as a failure.
 */
@Component
public class Delivery {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final int CHUNK = 64 * 1024;

    private final ArtifactStore store;
    private final long verifyFirstUpTo;

    Delivery(ArtifactStore store, ArtifactProperties properties) {
        this.store = store;
        this.verifyFirstUpTo = properties.verifyFirstUpTo().toBytes();
    }

    /** Told once, when the stored bytes are not the expected ones. Returning an exception answers the request with it. */
    public interface Suspect {

        /** @param sha256 of the stored bytes, or null when the object is gone */
        RuntimeException tampered(@Nullable String sha256, String reason);
    }

    /** @param expected SHA-256 that the bytes must have: what the chain says */
    public void send(
            Artifact artifact,
            String expected,
            HttpServletRequest request,
            HttpServletResponse response,
            Suspect suspect) {
        if (!artifact.sha256().equals(expected)) {
            throw suspect.tampered(artifact.sha256(), "the registry's digest is not the one on the chain");
        }
        if (artifact.sizeBytes() <= verifyFirstUpTo) {
            sendVerified(artifact, expected, request, response, suspect);
        } else {
            sendWhileVerifying(artifact, expected, request, response, suspect);
        }
    }

    private void sendVerified(
            Artifact artifact,
            String expected,
            HttpServletRequest request,
            HttpServletResponse response,
            Suspect suspect) {
        byte[] content;
        try (InputStream in = store.open(artifact)) {
            content = in.readNBytes((int) artifact.sizeBytes() + 1);
        } catch (ArtifactStore.ObjectGone e) {
            throw suspect.tampered(null, "the stored object is gone");
        } catch (IOException e) {
            throw ArtifactStore.unreadable(e);
        }
        String found = HexFormat.of().formatHex(Fingerprint.digest("SHA-256").digest(content));
        if (!found.equals(expected)) {
            throw suspect.tampered(found, "the stored bytes do not have the digest that is on the chain");
        }
        describe(artifact, response);
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        try {
            response.getOutputStream().write(content);
        } catch (IOException e) {
            log.info("the client went away while {} was sent", artifact.fileName());
        }
    }

    private void sendWhileVerifying(
            Artifact artifact,
            String expected,
            HttpServletRequest request,
            HttpServletResponse response,
            Suspect suspect) {
        if (request.getMethod().equals("HEAD")) {
            describe(artifact, response);
            return;
        }
        try (InputStream in = store.open(artifact)) {
            describe(artifact, response);
            // An incomplete body must end the connection: otherwise the client would wait for the rest.
            response.setHeader(HttpHeaders.CONNECTION, "close");
            RuntimeException tampered = copy(in, artifact, expected, response, suspect);
            if (tampered != null) {
                log.error("{} was not delivered whole", artifact.id(), tampered);
            }
        } catch (ArtifactStore.ObjectGone e) {
            throw suspect.tampered(null, "the stored object is gone");
        } catch (IOException e) {
            log.info("the transfer of {} broke off", artifact.fileName(), e);
        }
    }

    private static @Nullable RuntimeException copy(
            InputStream in, Artifact artifact, String expected, HttpServletResponse response, Suspect suspect)
            throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        OutputStream out = response.getOutputStream();
        byte[] held = in.readNBytes(CHUNK);
        while (held.length > 0) {
            fingerprint.add(held, 0, held.length);
            byte[] next = in.readNBytes(CHUNK);
            boolean last = next.length == 0;
            if (!last && fingerprint.size() < artifact.sizeBytes()) {
                out.write(held);
            } else if (last) {
                String found = fingerprint.sha256();
                if (found.equals(expected)) {
                    out.write(held);
                    return null;
                }
                out.flush();
                return suspect.tampered(found, "the stored bytes do not have the digest that is on the chain");
            }
            held = next;
        }
        return suspect.tampered(fingerprint.sha256(), "the stored object is empty");
    }

    private static void describe(Artifact artifact, HttpServletResponse response) {
        byte[] sha256 = HexFormat.of().parseHex(artifact.sha256());
        response.setContentType(artifact.mediaType());
        response.setContentLengthLong(artifact.sizeBytes());
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition(artifact.fileName()));
        response.setHeader("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":");
        response.setHeader(HttpHeaders.ETAG, '"' + artifact.sha256() + '"');
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "none");
    }

    /** RFC 6266: a plain name for old clients, and the real one in the encoding of RFC 5987 where that is not enough. */
    static String disposition(String fileName) {
        char[] plain = fileName.toCharArray();
        boolean enough = true;
        for (int i = 0; i < plain.length; i++) {
            if (plain[i] < ' ' || plain[i] > '~' || plain[i] == '"' || plain[i] == '\\' || plain[i] == '%') {
                plain[i] = '_';
                enough = false;
            }
        }
        String header = "attachment; filename=\"" + new String(plain) + '"';
        return enough ? header : header + "; filename*=UTF-8''" + encoded(fileName);
    }

    private static String encoded(String fileName) {
        return URLEncoder.encode(fileName, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
