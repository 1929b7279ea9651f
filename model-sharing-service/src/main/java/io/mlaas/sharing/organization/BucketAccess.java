package io.mlaas.sharing.organization;

/** A company's bucket and the key pair that opens it and no other. */
record BucketAccess(String accessKey, String secretKey, String bucket) {
    @Override
    public String toString() {
        return "BucketAccess[accessKey=" + accessKey + ", secretKey=…, bucket=" + bucket + "]";
    }
}
