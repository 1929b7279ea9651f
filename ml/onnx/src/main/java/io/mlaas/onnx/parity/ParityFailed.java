package io.mlaas.onnx.parity;

import io.mlaas.onnx.parity.ParityCertificate.Worst;

/** The translated model does not compute what its source does. */
public final class ParityFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ParityCertificate certificate;

    ParityFailed(ParityCertificate certificate) {
        super(message(certificate.worst()) + hint(certificate));
        this.certificate = certificate;
    }

    private static String message(Worst worst) {
        return "output " + worst.output() + "[" + worst.index() + "] for input " + worst.input() + " in a batch of "
                + worst.batchSize() + ": " + worst.translated() + " (expected: " + worst.reference() + " ± "
                + worst.tolerance() + ")";
    }

    /** Such as a {@code squeeze} that was traced with a batch of two: it takes the batch away where it is one. */
    private static String hint(ParityCertificate certificate) {
        boolean shape = certificate.worst().reference().startsWith("shape ");
        return shape && certificate.batchSizes().size() > 1
                ? "; where the axes depend on the sizes given, only fixed ones (--static) can be translated"
                : "";
    }

    /** The certificate with {@code passed} false. */
    public ParityCertificate certificate() {
        return certificate;
    }
}
