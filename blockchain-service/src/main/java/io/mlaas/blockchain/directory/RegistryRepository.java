package io.mlaas.blockchain.directory;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which anchor registry belongs to which chain. */
@Repository
class RegistryRepository {
    private final JdbcClient jdbc;

    RegistryRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<String> find(long chainId) {
        return jdbc.sql("select address from anchor_registry where chain_id = :chainId")
                .param("chainId", chainId)
                .query(String.class)
                .optional();
    }

    void remember(long chainId, String address) {
        jdbc.sql("insert into anchor_registry (chain_id, address) values (:chainId, :address) on conflict do nothing")
                .param("chainId", chainId)
                .param("address", address)
                .update();
    }
}
