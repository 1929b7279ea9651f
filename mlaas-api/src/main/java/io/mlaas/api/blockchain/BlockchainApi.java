package io.mlaas.api.blockchain;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Contracts on the chain, for the other services of the platform (role {@code SERVICE}). */
@HttpExchange
public interface BlockchainApi {

    /** Deploys the contract of an asset; repeating the request for the same asset answers the same contract. */
    @PostExchange("/contract")
    DeployedContract deploy(@RequestBody ContractRequest request);

    /** Deploys the contracts of many assets, with few transactions; repeating the request changes nothing. */
    @PostExchange("/contract/batch")
    BatchOutcome deployAll(@RequestBody ContractBatch batch);

    /** Which block is the newest: whoever remembers what the chain said forgets it when another one comes. */
    @GetExchange("/chain/newest-block")
    NewestBlock newestBlock();

    /** What the chain says of a dataset or a model. */
    @GetExchange("/contract/{address}")
    ContractMetadata read(@PathVariable("address") String address);

    /** Records the digest of a model's result, once. */
    @PostExchange("/contract/{address}/verify")
    DeployedContract verify(@PathVariable("address") String address, @RequestBody VerifyRequest request);
}
