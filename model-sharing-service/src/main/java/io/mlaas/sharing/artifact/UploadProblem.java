package io.mlaas.sharing.artifact;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

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
    EMPTY_FILE(HttpStatus.UNPROCESSABLE_CONTENT, "The file is empty", "Send a file that has content.");

    private final Facts facts;

    UploadProblem(HttpStatus status, String title, String remedy) {
        facts = new Facts(status, title, Category.CALLER, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
