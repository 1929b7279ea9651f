package io.mlaas.blockchain.directory;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a failed start as two sentences instead of a stack trace. */
class ChainStartAnalyzer extends AbstractFailureAnalyzer<ChainStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ChainStartException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
