package io.mlaas.api.blockchain;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Signatures by the keys of organizations and of the platform (role {@code SERVICE}). */
@HttpExchange
public interface SigningApi {

    /** Signs a payload; the first request for an organization makes its key. */
    @PostExchange("/signatures")
    Signature sign(@RequestBody SignatureRequest request);

    /** The keys of an organization, or the platform's own, newest first; retired ones too. */
    @GetExchange("/signing-keys")
    List<SigningKey> signingKeys(
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId);
}
