package io.mlaas.blockchain.account;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Accounts with their sealed keys. */
@Repository
class AccountRepository {
    private final JdbcClient jdbc;

    AccountRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds the account unless its owner has one in use. */
    boolean add(Account account, byte[] sealedKey, String masterKeyId) {
        return jdbc.sql("""
                insert into account (address, owner_id, sealed_key, master_key_id)
                values (:address, :ownerId, :sealedKey, :masterKeyId)
                on conflict (owner_id) where retired_at is null do nothing
                """)
                        .param("address", account.address())
                        .param("ownerId", account.ownerId())
                        .param("sealedKey", sealedKey)
                        .param("masterKeyId", masterKeyId)
                        .update()
                == 1;
    }

    Optional<Account> inUse(UUID ownerId) {
        return jdbc.sql("""
                select owner_id, address from account where owner_id = :ownerId and retired_at is null
                """).param("ownerId", ownerId).query(Account.class).optional();
    }

    Optional<byte[]> sealedKey(String address) {
        return jdbc.sql("select sealed_key from account where address = :address")
                .param("address", address)
                .query(byte[].class)
                .optional();
    }
}
