package io.mlaas.learning.device;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about devices. */
enum DeviceProblem implements Problem {
    DEVICE_INVALID(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There can be no such device",
            Category.CALLER,
            "Mend what the detail names; nothing was made."),
    DEVICE_EXISTS(
            HttpStatus.CONFLICT,
            "There is a device of that name",
            Category.CALLER,
            "Take another name, revoke that device first, or POST /devices/{id}/rotate for a new password."),
    DEVICE_UNKNOWN(
            HttpStatus.NOT_FOUND, "There is no such device", Category.CALLER, "GET /devices lists your company's."),
    DEVICE_REVOKED(
            HttpStatus.CONFLICT,
            "The device is revoked",
            Category.CALLER,
            "POST /devices makes another one; a revoked device stays revoked."),
    DEVICE_REFUSED(
            HttpStatus.FORBIDDEN,
            "No device has this user name and password",
            Category.CALLER,
            "Use what POST /devices or the latest POST /devices/{id}/rotate answered; a revoked device is not let in again.");

    private final Facts facts;

    DeviceProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
