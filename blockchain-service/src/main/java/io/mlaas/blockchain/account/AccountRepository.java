package io.mlaas.blockchain.account;

import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Accounts with their sealed keys. */
@Repository
class AccountRepository {
    private final JdbcClient jdbc;

    AccountRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds an account unless its owner has one in that state. */
    boolean add(Account account, byte[] sealedKey, AccountState state) {
        return jdbc.sql("""
                insert into account (address, owner_id, sealed_key, state)
                values (:address, :ownerId, :sealedKey, :state)
                on conflict do nothing
                """)
                        .param("address", account.address())
                        .param("ownerId", account.ownerId())
                        .param("sealedKey", sealedKey)
                        .param("state", state.name())
                        .update()
                == 1;
    }

    Optional<Account> find(UUID ownerId, AccountState state) {
        return jdbc.sql("select owner_id, address from account where owner_id = :ownerId and state = :state")
                .param("ownerId", ownerId)
                .param("state", state.name())
                .query(Account.class)
                .optional();
    }

    AccountState state(String address) {
        return AccountState.valueOf(jdbc.sql("select state from account where address = :address")
                .param("address", address)
                .query(String.class)
                .single());
    }

    /** The same, and nobody changes it before the surrounding transaction ends. */
    AccountState holdState(String address) {
        return AccountState.valueOf(jdbc.sql("select state from account where address = :address for share")
                .param("address", address)
                .query(String.class)
                .single());
    }

    void become(String address, AccountState state) {
        jdbc.sql("""
                update account set state = :state, retired_at = case when :state = 'RETIRED' then now() end
                where address = :address
                """).param("address", address).param("state", state.name()).update();
    }

    /** @param ownerId null for all */
    List<ListedAccount> list(@Nullable UUID ownerId) {
        return jdbc.sql("""
                select address, owner_id as organization_id, state, created_at, retired_at from account
                where cast(:ownerId as uuid) is null or owner_id = :ownerId
                order by owner_id, created_at
                """)
                .param("ownerId", ownerId, Types.OTHER)
                .query(ListedAccount.class)
                .list();
    }

    Optional<byte[]> sealedKey(String address) {
        return jdbc.sql("select sealed_key from account where address = :address")
                .param("address", address)
                .query(byte[].class)
                .optional();
    }
}
