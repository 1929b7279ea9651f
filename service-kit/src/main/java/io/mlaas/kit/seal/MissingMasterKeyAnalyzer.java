package io.mlaas.kit.seal;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the failed start as two sentences instead of a stack trace. */
class MissingMasterKeyAnalyzer extends AbstractFailureAnalyzer<MissingMasterKeyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MissingMasterKeyException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Give the missing master key again, after the current one, until nothing is sealed with it any more.",
                cause);
    }
}
