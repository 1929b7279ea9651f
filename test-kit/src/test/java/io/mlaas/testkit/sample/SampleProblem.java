package io.mlaas.testkit.sample;

import io.mlaas.kit.problem.Problem;
import org.springframework.http.HttpStatus;

enum SampleProblem implements Problem {
    BUSY;

    @Override
    public HttpStatus status() {
        return HttpStatus.SERVICE_UNAVAILABLE;
    }

    @Override
    public String title() {
        return "Everything is taken";
    }

    @Override
    public Category category() {
        return Category.CAPACITY;
    }

    @Override
    public String remedy() {
        return "Wait.";
    }
}
