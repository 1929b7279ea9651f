package io.mlaas.explanation;

/**
 * What is asked of an explainer.
 *
 * @param mostNumbers how many 64-bit numbers one calculation may keep at a time; larger batches are divided
 */
public record Settings(Method method, Reference reference, Target target, long mostNumbers) {
    /** A quarter of a gigabyte. */
    private static final long USUAL_NUMBERS = 32L << 20;

    /** DeepLIFT's Rescale rule with zeros as the reference, for every output. */
    public static final Settings DEFAULT =
            new Settings(Method.deepLift(), Reference.zeros(), Target.all(), USUAL_NUMBERS);

    public Settings {
        if (mostNumbers < 1) {
            throw new ExplanationRefused("mostNumbers: " + mostNumbers + " (expected: >= 1)");
        }
    }

    public Settings withMethod(Method other) {
        return new Settings(other, reference, target, mostNumbers);
    }

    public Settings withReference(Reference other) {
        return new Settings(method, other, target, mostNumbers);
    }

    public Settings withTarget(Target other) {
        return new Settings(method, reference, other, mostNumbers);
    }

    public Settings withMostNumbers(long most) {
        return new Settings(method, reference, target, most);
    }
}
