package io.mlaas.sharing.organization;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Buckets and credentials that an administrator made; the configuration wins over what was stored. */
final class ConfiguredBuckets implements BucketProvisioner {
    private final Map<UUID, S3Properties.Company> companies;

    ConfiguredBuckets(Map<UUID, S3Properties.Company> companies) {
        this.companies = Map.copyOf(companies);
    }

    @Override
    public BucketAccess provide(UUID organizationId, @Nullable BucketAccess stored) {
        S3Properties.Company company = companies.get(organizationId);
        if (company == null) {
            throw StorageProblem.NO_BUCKET.because(
                    "organization_id: %s (expected: an entry in mlaas.sharing.s3.companies)".formatted(organizationId));
        }
        return new BucketAccess(
                company.accessKey(),
                company.secretKey(),
                company.bucket().isEmpty() ? organizationId.toString() : company.bucket());
    }
}
