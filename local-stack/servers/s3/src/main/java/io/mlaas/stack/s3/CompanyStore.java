package io.mlaas.stack.s3;

import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;

/** The store as one company sees it: one bucket, which only the admin makes, opens or removes. */
final class CompanyStore extends ForwardingBlobStore {

    private final String bucket;

    CompanyStore(BlobStore delegate, String bucket) {
        super(delegate);
        this.bucket = bucket;
    }

    @Override
    public ListBucketsResponse list() {
        ListBucketsResponse all = super.list();
        return all.toBuilder()
                .buckets(all.buckets().stream()
                        .filter(b -> bucket.equals(b.name()))
                        .toList())
                .build();
    }

    @Override
    public CreateBucketResponse createContainer(CreateBucketRequest request) {
        throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
    }

    @Override
    public void deleteContainer(String container) {
        throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
    }

    @Override
    public void deleteBucket(String container) {
        throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
    }

    @Override
    public void setContainerAccess(String container, BucketCannedACL access) {
        throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
    }
}
