package io.mlaas.stack.s3;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an access key may do: its secret and the one bucket it opens. */
record CompanyKey(
        @JsonProperty("secret_key") String secretKey,
        @JsonProperty("bucket") String bucket) {

    @Override
    public String toString() {
        return "CompanyKey[bucket=" + bucket + "]";
    }
}
