package io.mlaas.sharing.credential;

import java.util.UUID;

/**
 * What a job credential opens.
 *
 * @param consumed the job's result is registered: nothing more may be read
 * @param readOnly of a job that trains a model again: it hands nothing in
 */
public record JobGrant(
        UUID credentialId, UUID organizationId, UUID modelId, UUID jobId, boolean consumed, boolean readOnly) {}
