package io.mlaas.contracts;

/**
 * What a company declares of a dataset.
 *
 * @param samplesDimension shape of one sample as the company wrote it, for example {@code (1,32,32)}
 * @param sizeBytes size of the file
 * @param md5 MD5 of the file, 32 lower-case hexadecimal digits; a legacy field that nothing may rest on
 * @param sha256 SHA-256 of the file, 64 lower-case hexadecimal digits
 */
public record DatasetFields(String samplesDimension, long sizeBytes, String md5, String sha256) {
    public DatasetFields {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("sizeBytes: " + sizeBytes + " (expected: >= 0)");
        }
        Digests.requireMd5("md5", md5);
        Digests.requireSha256("sha256", sha256);
    }
}
