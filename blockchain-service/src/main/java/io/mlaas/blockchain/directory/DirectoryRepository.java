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

    /** The first directory that this service worked with on a chain. */
    Optional<String> first(long chainId) {
        return jdbc.sql("select address from directory where chain_id = :chainId and predecessor is null")
                .param("chainId", chainId)
                .query(String.class)
                .optional();
    }

    /** The last in the row of successors of a directory; itself, if it has none. */
    String newest(long chainId, String directory) {
        return jdbc.sql("""
                with recursive line as (
                    select cast(:directory as text) as address, 0 as place
                    union all
                    select directory.address, place + 1
                    from directory join line on directory.predecessor = line.address
                    where chain_id = :chainId)
                select address from line order by place desc limit 1
                """)
                .param("directory", directory)
                .param("chainId", chainId)
                .query(String.class)
                .single();
    }

    /** The directory to begin with, unless there is one. */
    void remember(long chainId, String address) {
        jdbc.sql("insert into directory (chain_id, address) values (:chainId, :address) on conflict do nothing")
                .param("chainId", chainId)
                .param("address", address)
                .update();
    }

    /** A directory takes another one's place. */
    void succeed(long chainId, String address, String predecessor) {
        jdbc.sql("""
                insert into directory (chain_id, address, predecessor) values (:chainId, :address, :predecessor)
                on conflict do nothing
                """)
                .param("chainId", chainId)
                .param("address", address)
                .param("predecessor", predecessor)
                .update();
    }
}
