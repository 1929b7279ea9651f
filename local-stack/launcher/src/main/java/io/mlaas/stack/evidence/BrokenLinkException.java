package io.mlaas.stack.evidence;

/** One link of the chain from a file to what is said of it does not hold. The message names the link, and why. */
public final class BrokenLinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenLinkException(String link, String why) {
        super(link + ": " + why);
    }

    BrokenLinkException(String link, RuntimeException why) {
        super(link + ": " + why.getMessage(), why);
    }
}
