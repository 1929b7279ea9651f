package io.mlaas.learning.learner;

import io.mlaas.online.Algorithm;
import io.mlaas.online.Algorithms;
import io.mlaas.online.torch.Archives;
import io.mlaas.online.torch.Torch;
import java.util.Optional;

/** What a company's learners are made by: the algorithms on the class path, PyTorch with the archives of that company. */
final class CompanyAlgorithms {
    private static final String TORCH = "torch";

    /** Of a company that has no archives. */
    static final CompanyAlgorithms WITHOUT_ARCHIVES = new CompanyAlgorithms(digest -> Optional.empty());

    private final Algorithm torch;

    CompanyAlgorithms(Archives archives) {
        torch = new Torch(archives);
    }

    /** @throws io.mlaas.online.ConfigurationRefused at {@code path} if there is none of that name */
    Algorithm named(String name, String path) {
        return name.equals(TORCH) ? torch : Algorithms.named(name, path);
    }
}
