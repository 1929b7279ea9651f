package io.mlaas.sharing.artifact;

import io.mlaas.kit.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Sends a file, or a range of it, to a client, but never the whole of one whose digest is not the expected one. A small
 * file is verified before its first byte is sent. A large one is verified while it is sent, and its end is held back until
 * the digest matches; if it does not, the connection closes before {@code Content-Length} is reached, which every client
 * reports as a failure. A range of a large file is sent piece by piece, each of them verified before
 * ({@link VerifiedContent}).
 */
@Component
public class Delivery {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final int CHUNK = 64 * 1024;
    private static final String DIFFERENT = "the stored bytes do not have the digest that is on the chain";
    private static final String GONE = "the stored object is gone";

    private final StoredObjects objects;
    private final VerifiedContent verified;
    private final TransferMemory memory;
    private final long verifyFirstUpTo;

    Delivery(StoredObjects objects, VerifiedContent verified, TransferMemory memory, ArtifactProperties properties) {
        this.objects = objects;
        this.verified = verified;
        this.memory = memory;
        this.verifyFirstUpTo = properties.verifyFirstUpTo().toBytes();
    }

    /** Told once, when the stored bytes are not the expected ones. Returning an exception answers the request with it. */
    public interface Suspect {

        /** @param sha256 of the stored bytes, or null when the object is gone */
        RuntimeException tampered(@Nullable String sha256, String reason);
    }

    /** One request for a file. */
    private record Order(
            Artifact artifact,
            String expected,
            @Nullable ByteRange range,
            boolean headOnly,
            HttpServletResponse response,
            Suspect suspect) {
        ByteRange bytes() {
            return range == null ? ByteRange.whole(artifact.sizeBytes()) : range;
        }
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
        String etag = etag(artifact);
        String wanted = request.getHeader(HttpHeaders.IF_MATCH);
        if (wanted != null && !matches(wanted, etag, false)) {
            throw DownloadProblem.OTHER_CONTENT.because("If-Match: %s (expected: %s)".formatted(wanted, etag));
        }
        String had = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (had != null && matches(had, etag, true)) {
            response.setHeader(HttpHeaders.ETAG, etag);
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        boolean headOnly = request.getMethod().equals("HEAD");
        Order order = new Order(
                artifact,
                expected,
                headOnly ? null : range(artifact, etag, request, response),
                headOnly,
                response,
                suspect);
        try (TransferMemory.Share share =
                artifact.sizeBytes() <= verifyFirstUpTo ? memory.download(artifact.sizeBytes()) : null) {
            if (share != null) {
                sendVerified(order);
                return;
            }
        }
        if (headOnly) {
            describe(order);
        } else if (order.range() != null || verified.known(expected) != null) {
            sendPieces(order);
        } else {
            sendWhileVerifying(order);
        }
    }

    private static String etag(Artifact artifact) {
        return "\"sha256:" + artifact.sha256() + '"';
    }

    /** @param weak whether a weak tag of the same content counts (RFC 9110, section 8.8.3.2) */
    private static boolean matches(String listed, String etag, boolean weak) {
        for (String tag : listed.split(",", -1)) {
            String one = tag.strip();
            if (one.equals("*") || one.equals(etag) || (weak && one.equals("W/" + etag))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ByteRange range(
            Artifact artifact, String etag, HttpServletRequest request, HttpServletResponse response) {
        String onlyIf = request.getHeader(HttpHeaders.IF_RANGE);
        if (onlyIf != null && !onlyIf.strip().equals(etag)) {
            return null;
        }
        try {
            return ByteRange.parse(request.getHeader(HttpHeaders.RANGE), artifact.sizeBytes());
        } catch (ProblemException e) {
            response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + artifact.sizeBytes());
            throw e;
        }
    }

    private void sendVerified(Order order) {
        Artifact artifact = order.artifact();
        byte[] content;
        try (InputStream in = objects.open(artifact)) {
            content = in.readNBytes((int) artifact.sizeBytes() + 1);
        } catch (StoredObjects.ObjectGone e) {
            throw order.suspect().tampered(null, GONE);
        } catch (IOException e) {
            throw StoredObjects.unreadable(e);
        }
        String found = HexFormat.of().formatHex(Fingerprint.digest("SHA-256").digest(content));
        if (!found.equals(order.expected()) || content.length != artifact.sizeBytes()) {
            throw order.suspect().tampered(found, DIFFERENT);
        }
        describe(order);
        if (order.headOnly()) {
            return;
        }
        ByteRange bytes = order.bytes();
        try {
            order.response().getOutputStream().write(content, (int) bytes.first(), (int) bytes.length());
        } catch (IOException e) {
            log.info("the client went away while {} was sent", artifact.fileName());
        }
    }

    private void sendPieces(Order order) {
        VerifiedContent.Pieces pieces = verified.verified(order.artifact(), order.expected(), order.suspect());
        try (TransferMemory.Share share = memory.download(VerifiedContent.PIECE)) {
            if (share == null) {
                throw DownloadProblem.DOWNLOADS_BUSY.retryAfter(5, "No memory is free for another range now.");
            }
            sendPieces(order, pieces);
        } catch (StoredObjects.ObjectGone e) {
            throw order.suspect().tampered(null, GONE);
        } catch (IOException e) {
            log.info("the transfer of {} broke off", order.artifact().fileName(), e);
        }
    }

    private void sendPieces(Order order, VerifiedContent.Pieces pieces) throws IOException, StoredObjects.ObjectGone {
        ByteRange bytes = order.bytes();
        long index = bytes.first() / VerifiedContent.PIECE;
        long start = index * VerifiedContent.PIECE;
        long end = Math.min(
                order.artifact().sizeBytes(),
                Math.ceilDiv(bytes.last() + 1, VerifiedContent.PIECE) * VerifiedContent.PIECE);
        byte[] piece = new byte[VerifiedContent.PIECE];
        boolean begun = false;
        try (InputStream in = objects.open(order.artifact(), start, end - start)) {
            for (long at = start; at < end; at += VerifiedContent.PIECE, index++) {
                int length = in.readNBytes(piece, 0, (int) Math.min(VerifiedContent.PIECE, end - at));
                if (!pieces.has(index, piece, length)) {
                    String where = "bytes %d to %d are not those that were verified".formatted(at, at + length);
                    RuntimeException tampered = order.suspect().tampered(null, where);
                    if (!begun) {
                        throw tampered;
                    }
                    log.error("{} was not delivered whole", order.artifact().id(), tampered);
                    return;
                }
                if (!begun) {
                    describe(order);
                    order.response().setHeader(HttpHeaders.CONNECTION, "close");
                    begun = true;
                }
                int skip = (int) Math.max(0, bytes.first() - at);
                int until = (int) Math.min(length, bytes.last() + 1 - at);
                order.response().getOutputStream().write(piece, skip, until - skip);
            }
        }
    }

    private void sendWhileVerifying(Order order) {
        try (InputStream in = objects.open(order.artifact())) {
            describe(order);
            // An incomplete body must end the connection: otherwise the client would wait for the rest.
            order.response().setHeader(HttpHeaders.CONNECTION, "close");
            RuntimeException tampered = copy(in, order);
            if (tampered != null) {
                log.error("{} was not delivered whole", order.artifact().id(), tampered);
            }
        } catch (StoredObjects.ObjectGone e) {
            throw order.suspect().tampered(null, GONE);
        } catch (IOException e) {
            log.info("the transfer of {} broke off", order.artifact().fileName(), e);
        }
    }

    private static @Nullable RuntimeException copy(InputStream in, Order order) throws IOException {
        MessageDigest sha256 = Fingerprint.digest("SHA-256");
        OutputStream out = order.response().getOutputStream();
        byte[] held = new byte[CHUNK];
        byte[] next = new byte[CHUNK];
        int holding = in.readNBytes(held, 0, CHUNK);
        long size = 0;
        while (holding > 0) {
            sha256.update(held, 0, holding);
            size += holding;
            int more = in.readNBytes(next, 0, CHUNK);
            if (more == 0) {
                String found = HexFormat.of().formatHex(sha256.digest());
                // A wrong size would make the answer's length wrong: a part of the file would look like the whole.
                if (found.equals(order.expected()) && size == order.artifact().sizeBytes()) {
                    out.write(held, 0, holding);
                    return null;
                }
                out.flush();
                return order.suspect().tampered(found, DIFFERENT);
            }
            if (size < order.artifact().sizeBytes()) {
                out.write(held, 0, holding);
            }
            byte[] written = held;
            held = next;
            next = written;
            holding = more;
        }
        return order.suspect().tampered(HexFormat.of().formatHex(sha256.digest()), "the stored object is empty");
    }

    private static void describe(Order order) {
        Artifact artifact = order.artifact();
        HttpServletResponse response = order.response();
        byte[] sha256 = HexFormat.of().parseHex(artifact.sha256());
        response.setContentType(artifact.mediaType());
        response.setContentLengthLong(order.bytes().length());
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, disposition(artifact.fileName()));
        response.setHeader("Repr-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":");
        response.setHeader(HttpHeaders.ETAG, etag(artifact));
        response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        ByteRange range = order.range();
        if (range != null) {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader(HttpHeaders.CONTENT_RANGE, range.contentRange(artifact.sizeBytes()));
        }
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
