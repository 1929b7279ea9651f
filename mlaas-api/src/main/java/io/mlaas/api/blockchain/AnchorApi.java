package io.mlaas.api.blockchain;

import java.util.UUID;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Digests on the chain, many under one root, for the other services of the platform (role {@code SERVICE}). */
@HttpExchange
public interface AnchorApi {

    /** Takes digests, to be anchored with the next batch; what an organization gave before changes nothing. */
    @PostExchange("/anchors")
    void anchor(@RequestBody AnchorRequest request);

    /** Whether a digest that an organization gave is anchored, and the proof; 404 when it gave no such digest. */
    @GetExchange("/anchors/{digest}")
    AnchorStatus anchorOf(@PathVariable("digest") String digest, @RequestParam("organization_id") UUID organizationId);
}
