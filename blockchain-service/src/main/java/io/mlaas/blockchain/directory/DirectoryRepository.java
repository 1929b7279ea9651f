package io.mlaas.blockchain.directory;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which directory belongs to which chain. */
@Repository
class DirectoryRepository {
    private final JdbcClient jdbc;

    DirectoryRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<String> find(long chainId) {
        return jdbc.sql("select address from directory where chain_id = :chainId")
                .param("chainId", chainId)
                .query(String.class)
                .optional();
    }

    void remember(long chainId, String address) {
        jdbc.sql("insert into directory (chain_id, address) values (:chainId, :address) on conflict do nothing")
                .param("chainId", chainId)
                .param("address", address)
                .update();
    }
}
