package io.mlaas.learning.stream;

import java.util.List;

/** Where answers go to. */
interface Destination extends AutoCloseable {
    Transport transport();

    /**
     * Returns when all are taken; one that can never be is left out, and counted.
     *
     * @throws Exception if they cannot be taken now; they are given again, all of them
     */
    void publish(List<Answer> answers) throws Exception;

    @Override
    void close();
}
