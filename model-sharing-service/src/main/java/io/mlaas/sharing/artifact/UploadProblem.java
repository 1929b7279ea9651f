package io.mlaas.sharing.artifact;

import io.mlaas.kit.problem.Problem;
import io.mlaas.kit.problem.ProblemException;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** What can be wrong with an upload. */
public enum UploadProblem implements Problem {
    MALFORMED_UPLOAD(
            HttpStatus.BAD_REQUEST, "The upload is broken", "Send the whole multipart body, as 'curl --form' does."),
    MISSING_PART(
            HttpStatus.BAD_REQUEST,
            "A part of the form is missing",
            "Add the part that the detail names; a file needs '@' in curl: --form dataset=@file."),
    UNEXPECTED_PART(
            HttpStatus.BAD_REQUEST,
            "The form has a part that is not taken here",
            "Send only the parts that the detail lists, each once."),
    TOO_MANY_PARTS(HttpStatus.CONTENT_TOO_LARGE, "The form has too many parts", "Send only the parts that are needed."),
    PART_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "A text part of the form is too large", "Shorten it."),
    FILE_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            "The file is larger than is taken here",
            "Send a smaller file, or ask the operator to raise the limit."),
    EMPTY_FILE(HttpStatus.UNPROCESSABLE_CONTENT, "The file is empty", "Send a file that has content."),
    DECLARED_DIFFERS(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The file is not what the request says it is",
            "Send the file again, with the size and digest that it has; nothing of it was kept."),
    UPLOAD_TOO_SLOW(
            HttpStatus.REQUEST_TIMEOUT,
            "The upload is too slow",
            "Send it over a faster connection, or in pieces with a resumable upload (POST /uploads)."),
    UPLOADS_BUSY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "As many uploads as fit are under way",
            Category.CAPACITY,
            "Try again after the time in Retry-After; nothing was half-done."),
    UNKNOWN_UPLOAD(
            HttpStatus.NOT_FOUND,
            "There is no such upload",
            "Begin a new one with POST /uploads; one that was used, given up or not continued in time is gone."),
    UNKNOWN_TUS_VERSION(
            HttpStatus.PRECONDITION_FAILED,
            "This version of the tus protocol is not spoken here",
            "Send the header 'Tus-Resumable: 1.0.0'."),
    INVALID_UPLOAD_HEADER(
            HttpStatus.BAD_REQUEST,
            "A header of the upload makes no sense",
            "Correct the header that the detail names."),
    UPLOAD_OFFSET_DIFFERS(
            HttpStatus.CONFLICT,
            "The upload goes on at another offset",
            "HEAD /uploads/{upload_id} tells the offset; send the file from there."),
    UPLOAD_LOCKED(
            HttpStatus.LOCKED,
            "Another request is writing to this upload",
            "Wait until it ends, or try again after a few seconds if it broke off."),
    CHECKSUM_MISMATCH(
            HttpStatusCode.valueOf(460),
            "The piece does not have the checksum that came with it",
            "Send the piece again; nothing of it was kept."),
    UPLOAD_INCOMPLETE(
            HttpStatus.CONFLICT,
            "The upload is not complete yet",
            "Send what is missing with PATCH /uploads/{upload_id}, then register it."),
    UPLOAD_USED(
            HttpStatus.CONFLICT,
            "The upload was registered already",
            "Look for the asset in GET /dataset or GET /model; register another upload.");

    private final Facts facts;

    UploadProblem(HttpStatusCode status, String title, String remedy) {
        this(status, title, Category.CALLER, remedy);
    }

    UploadProblem(HttpStatusCode status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }

    /** Why a sender's bytes could not be read to their end. */
    static ProblemException brokenOff(String field, IOException cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof UploadStream.TooLarge) {
                return FILE_TOO_LARGE.because(field + ": " + t.getMessage());
            }
            if (t instanceof PacedStream.TooSlow) {
                return UPLOAD_TOO_SLOW.because(field + ": " + t.getMessage());
            }
        }
        return MALFORMED_UPLOAD.because(field + ": the body ended before the file did.");
    }
}
