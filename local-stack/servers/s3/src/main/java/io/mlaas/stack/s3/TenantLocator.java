package io.mlaas.stack.s3;

import java.util.Optional;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.BlobStoreLocator;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * Which store an access key may address. The admin: all of it. A company's key: its own bucket. Anything
 * else is refused as S3 refuses it (403). S3Proxy asks here for the target of every request and again for
 * the source of every copy.
 */
final class TenantLocator implements BlobStoreLocator {

    record Admin(String accessKey, String secretKey) {

        @Override
        public String toString() {
            return "Admin[accessKey=" + accessKey + "]";
        }
    }

    private final Admin admin;
    private final BlobStore store;
    private final CompanyKeys companies;

    TenantLocator(Admin admin, BlobStore store, CompanyKeys companies) {
        this.admin = admin;
        this.store = store;
        this.companies = companies;
    }

    @Override
    public @Nullable AccessGrant locateBlobStore(
            @Nullable String identity, @Nullable String container, @Nullable String blob) {
        if (identity == null) {
            return null;
        }
        if (identity.equals(admin.accessKey())) {
            return new AccessGrant(admin.secretKey(), store);
        }
        Optional<CompanyKey> company = companies.find(identity);
        if (company.isEmpty()) {
            return null;
        }
        String bucket = company.get().bucket();
        boolean listsBuckets = (container == null || container.isEmpty()) && blob == null;
        if (!listsBuckets && !bucket.equals(container)) {
            throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
        }
        return new AccessGrant(company.get().secretKey(), new CompanyStore(store, bucket));
    }
}
