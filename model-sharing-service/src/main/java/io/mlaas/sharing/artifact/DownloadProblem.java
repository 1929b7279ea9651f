package io.mlaas.sharing.artifact;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a download. */
public enum DownloadProblem implements Problem {
    RANGE_NOT_SATISFIABLE(
            HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "The file has no such range",
            Category.CALLER,
            "Ask for bytes within the size that Content-Range names."),
    OTHER_CONTENT(
            HttpStatus.PRECONDITION_FAILED,
            "The file is not the one that If-Match names",
            Category.CALLER,
            "Compare the ETag of the answer with the one you have; files never change, so the id is probably another."),
    DOWNLOADS_BUSY(
            HttpStatus.SERVICE_UNAVAILABLE,
            "As many ranges as fit in memory are being sent",
            Category.CAPACITY,
            "Try again after the time in Retry-After, or download the whole file.");

    private final Facts facts;

    DownloadProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
