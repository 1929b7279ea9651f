package io.mlaas.monitoring.monitor;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about monitors. */
public enum MonitorProblem implements Problem {
    MONITOR_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There can be no such monitor",
            Category.CALLER,
            "Mend the document at each JSON path that the detail names; nothing was made or changed."),
    MONITOR_EXISTS(
            HttpStatus.CONFLICT,
            "There is a monitor of that name",
            Category.CALLER,
            "Take another name, or delete that monitor first."),
    MONITOR_UNKNOWN(
            HttpStatus.NOT_FOUND, "There is no such monitor", Category.CALLER, "GET /monitors lists your company's."),
    MONITOR_PAUSED(
            HttpStatus.CONFLICT,
            "The monitor is paused",
            Category.CALLER,
            "PATCH /monitors/{id} with {\"state\": \"RUNNING\"} lets it go on."),
    REFERENCE_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The reference does not fit the monitor",
            Category.CALLER,
            "Name a dataset, or send rows, with the columns of the schema; nothing was made."),
    OBSERVATION_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The observations do not fit the monitor",
            Category.CALLER,
            "Send them as the monitor's schema says; none of them was taken."),
    OBSERVATION_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE,
            "More than is taken at once",
            Category.CALLER,
            "Send it in several requests."),
    NO_REPORT_YET(
            HttpStatus.NOT_FOUND,
            "There is no such report",
            Category.CALLER,
            "GET /monitors/{id}/status tells which windows there are, and when they close.");

    private final Facts facts;

    MonitorProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
