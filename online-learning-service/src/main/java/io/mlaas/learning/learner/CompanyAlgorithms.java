package io.mlaas.learning.learner;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Algorithms;
import io.mlaas.online.ArchiveAlgorithm;
import io.mlaas.online.Archives;

/** What a company's learners are made by: the algorithms on the class path, with the archives of that company. */
record CompanyAlgorithms(Archives archives) {

    /** Of a company that has no archives. */
    static final CompanyAlgorithms WITHOUT_ARCHIVES = new CompanyAlgorithms(Archives.NONE);

    /** @throws io.mlaas.online.ConfigurationRefused at {@code path} if there is none of that name */
    Algorithm named(String name, String path) {
        Algorithm algorithm = Algorithms.named(name, path);
        return algorithm instanceof ArchiveAlgorithm beginning ? beginning.with(archives) : algorithm;
    }
}
