package io.mlaas.monitoring.fleet;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

/** What can be wrong with a request about fleets. */
enum FleetProblem implements Problem {
    FLEET_REFUSED(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "Fleets cannot be asked that",
            Category.CALLER,
            "Mend the parameter that the detail names."),
    FLEET_UNKNOWN(
            HttpStatus.NOT_FOUND,
            "There is no such part of a fleet",
            Category.CALLER,
            "GET /monitors/{id}/fleet without a path tells what the fleet consists of; without a window it is the latest that has a report.");

    private final Facts facts;

    FleetProblem(HttpStatus status, String title, Category category, String remedy) {
        facts = new Facts(status, title, category, remedy);
    }

    @Override
    public Facts facts() {
        return facts;
    }
}
