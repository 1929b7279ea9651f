package io.mlaas.kit.problem;

import org.springframework.http.HttpStatusCode;

/** One kind of error; each feature has an enum of these. {@code docs/errors.md} lists every constant. */
public interface Problem {

    /** Who is to blame; also a metric tag. */
    enum Category {
        /** the request: sending it again unchanged will fail again */
        CALLER,
        /** the platform: nothing the caller did */
        PLATFORM,
        /** a limit or a server that is busy or gone: the same request may succeed later */
        CAPACITY
    }

    /** The stable code, by which clients tell errors apart: the constant's name. */
    String name();

    /** What is the same every time. */
    Facts facts();

    /**
     * @param status of the answer
     * @param title what it is, in a few words
     * @param category who is to blame
     * @param remedy a sentence that tells the caller what to do
     */
    record Facts(HttpStatusCode status, String title, Category category, String remedy) {}

    default HttpStatusCode status() {
        return facts().status();
    }

    default String title() {
        return facts().title();
    }

    default Category category() {
        return facts().category();
    }

    default String remedy() {
        return facts().remedy();
    }

    /** @param detail what happened this time, naming the value and what was expected; never a secret */
    default ProblemException because(String detail) {
        return new ProblemException(this, detail, null, null);
    }

    default ProblemException because(String detail, Throwable cause) {
        return new ProblemException(this, detail, null, cause);
    }

    default ProblemException retryAfter(int seconds, String detail) {
        return new ProblemException(this, detail, seconds, null);
    }
}
