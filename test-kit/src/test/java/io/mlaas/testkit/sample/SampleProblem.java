package io.mlaas.testkit.sample;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

enum SampleProblem implements Problem {
    BUSY;

    @Override
    public Facts facts() {
        return new Facts(HttpStatus.SERVICE_UNAVAILABLE, "Everything is taken", Category.CAPACITY, "Wait.");
    }
}
