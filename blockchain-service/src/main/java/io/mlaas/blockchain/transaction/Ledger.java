package io.mlaas.blockchain.transaction;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Every transaction this service ever signed, and the next nonce of every sender. */
@Repository
class Ledger {
    private static final String COLUMNS = """
            id, request_key, request_id, owner_id, sender, nonce, recipient, call_data, signed, hash, state,
            block_number, block_hash, contract_address, created_at, signed_at, earlier_hashes, was_mined
            """;

    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The sender's next nonce. The row stays locked until the surrounding database transaction ends: who allocates
     * nonces for one sender does so one after the other.
     *
     * @param atLeast the next nonce that the chain takes from the sender, for a sender seen for the first time
     */
    long lockNonce(String sender, long atLeast) {
        jdbc.sql("insert into sender_nonce (sender, next_nonce) values (:sender, :next) on conflict do nothing")
                .param("sender", sender)
                .param("next", atLeast)
                .update();
        return jdbc.sql("select next_nonce from sender_nonce where sender = :sender for update")
                .param("sender", sender)
                .query(Long.class)
                .single();
    }

    /** Stores a signed transaction and moves the sender's nonce past its own. */
    void add(Submission submission, long nonce, String signed, String hash) {
        jdbc.sql("""
                insert into chain_transaction
                    (request_key, request_id, owner_id, sender, nonce, recipient, call_data, signed, hash)
                values (:requestKey, :requestId, :ownerId, :sender, :nonce, :recipient, :callData, :signed, :hash)
                """)
                .param("requestKey", submission.requestKey())
                .param("requestId", submission.requestId())
                .param("ownerId", submission.sender().ownerId())
                .param("sender", submission.sender().address())
                .param("nonce", nonce)
                .param("recipient", submission.recipient())
                .param("callData", submission.callData())
                .param("signed", signed)
                .param("hash", hash)
                .update();
        raiseNonce(submission.sender().address(), nonce + 1);
    }

    /** Lets the sender's next nonce be at least this. */
    void raiseNonce(String sender, long next) {
        jdbc.sql("update sender_nonce set next_nonce = :next where sender = :sender and next_nonce < :next")
                .param("sender", sender)
                .param("next", next)
                .update();
    }

    /** The living transaction for a purpose. */
    Optional<StoredTransaction> find(String requestKey) {
        return jdbc.sql("select " + COLUMNS + """
                from chain_transaction where request_key = :requestKey and state in ('SIGNED', 'MINED')
                """)
                .param("requestKey", requestKey)
                .query(StoredTransaction.class)
                .optional();
    }

    /** The latest transaction for a purpose, living or not. */
    Optional<StoredTransaction> latest(String requestKey) {
        return jdbc.sql("select " + COLUMNS + """
                from chain_transaction where request_key = :requestKey order by id desc limit 1
                """)
                .param("requestKey", requestKey)
                .query(StoredTransaction.class)
                .optional();
    }

    /** Senders of transactions that are still to be mined. */
    List<String> waitingSenders() {
        return jdbc.sql("select distinct sender from chain_transaction where state = 'SIGNED'")
                .query(String.class)
                .list();
    }

    /** What a sender has signed from a nonce on, and the chain therefore has to mine: the next of them. */
    List<StoredTransaction> from(String sender, long nonce) {
        return jdbc.sql("select " + COLUMNS + """
                from chain_transaction
                where sender = :sender and nonce >= :nonce and state <> 'DISPLACED' order by nonce limit 200
                """)
                .param("sender", sender)
                .param("nonce", nonce)
                .query(StoredTransaction.class)
                .list();
    }

    /** What is still SIGNED although the chain has mined the sender's transactions up to this nonce. */
    List<StoredTransaction> unsettledBelow(String sender, long nonce) {
        return jdbc.sql("select " + COLUMNS + """
                from chain_transaction
                where sender = :sender and nonce < :nonce and state = 'SIGNED' order by nonce
                """)
                .param("sender", sender)
                .param("nonce", nonce)
                .query(StoredTransaction.class)
                .list();
    }

    /** A block of the chain with transactions of ours. */
    record Block(long number, String hash) {}

    /** Blocks with transactions of ours that are not yet known to be deep in the chain, the newest first. */
    List<Block> shallowBlocks() {
        return jdbc.sql("""
                select distinct block_number as number, block_hash as hash from chain_transaction
                where block_number is not null and not deep order by block_number desc
                """).query(Block.class).list();
    }

    /** The newest block that is deep in the chain, or was. */
    Optional<Block> newestDeepBlock() {
        return jdbc.sql("""
                select block_number as number, block_hash as hash from chain_transaction
                where block_number is not null and deep order by block_number desc limit 1
                """).query(Block.class).optional();
    }

    void deep(Block block) {
        jdbc.sql("update chain_transaction set deep = true where block_number = :number and block_hash = :hash")
                .param("number", block.number())
                .param("hash", block.hash())
                .update();
    }

    /** What was told to be on the chain, is not any more, and nothing takes its place. */
    List<StoredTransaction> lostForGood() {
        return jdbc.sql("select distinct on (request_key) " + COLUMNS + """
                from chain_transaction lost
                where was_mined and state in ('REVERTED', 'DISPLACED') and not exists (
                    select from chain_transaction living
                    where living.request_key = lost.request_key and living.state in ('SIGNED', 'MINED'))
                order by request_key, id
                """)
                .query(StoredTransaction.class)
                .list();
    }

    /** No more attempts for a purpose. */
    void leave(StoredTransaction lost) {
        jdbc.sql("""
                update chain_transaction set was_mined = false
                where request_key = :requestKey and state in ('REVERTED', 'DISPLACED')
                """).param("requestKey", lost.requestKey()).update();
    }

    /**
     * Puts another signature of the same nonce in the place of one that waits.
     *
     * @return false if somebody else did so, or it is mined by now
     */
    boolean replace(StoredTransaction transaction, String signed, String hash) {
        return jdbc.sql("""
                update chain_transaction
                set signed = :signed, hash = :hash, signed_at = now(),
                    earlier_hashes = concat_ws(',', nullif(earlier_hashes, ''), hash)
                where id = :id and hash = :before and state = 'SIGNED'
                """)
                        .param("id", transaction.id())
                        .param("before", transaction.hash())
                        .param("signed", signed)
                        .param("hash", hash)
                        .update()
                == 1;
    }

    /** How many transactions wait, and for how many seconds the oldest. */
    record Waiting(long count, double oldestSeconds) {}

    Waiting waiting() {
        return jdbc.sql("""
                select count(*) as count, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest_seconds
                from chain_transaction where state = 'SIGNED'
                """).query(Waiting.class).single();
    }

    /** Whether nothing of a sender waits. */
    boolean isIdle(String sender) {
        return jdbc.sql("select not exists (select from chain_transaction where sender = :sender and state = 'SIGNED')")
                .param("sender", sender)
                .query(Boolean.class)
                .single();
    }

    void mined(StoredTransaction transaction, long blockNumber, String blockHash, @Nullable String contractAddress) {
        settle(transaction, TransactionState.MINED, blockNumber, blockHash, contractAddress, null);
    }

    void reverted(StoredTransaction transaction, long blockNumber, String blockHash, String failure) {
        settle(transaction, TransactionState.REVERTED, blockNumber, blockHash, null, failure);
    }

    void displaced(StoredTransaction transaction) {
        settle(transaction, TransactionState.DISPLACED, null, null, null, "another transaction has this nonce");
    }

    /**
     * Takes back what was believed of the transactions in a block that the chain has lost. A reverted one stays
     * reverted, since another may serve its purpose by now; it is sent again only because its nonce has to be used.
     *
     * @return how many they were
     */
    int forget(Block block) {
        return jdbc.sql("""
                update chain_transaction
                set state = case state when 'MINED' then 'SIGNED' else state end,
                    block_number = null, block_hash = null, contract_address = null, settled_at = null,
                    deep = false
                where block_number = :number and block_hash = :hash
                """)
                .param("number", block.number())
                .param("hash", block.hash())
                .update();
    }

    private void settle(
            StoredTransaction transaction,
            TransactionState state,
            @Nullable Long blockNumber,
            @Nullable String blockHash,
            @Nullable String contractAddress,
            @Nullable String failure) {
        jdbc.sql("""
                update chain_transaction
                set state = :state, block_number = :blockNumber, block_hash = :blockHash,
                    contract_address = :contractAddress, failure = :failure,
                    was_mined = was_mined or :state = 'MINED', deep = false,
                    settled_at = case when :state = 'SIGNED' then null else now() end
                where id = :id
                """)
                .param("id", transaction.id())
                .param("state", state.name())
                .param("blockNumber", blockNumber)
                .param("blockHash", blockHash)
                .param("contractAddress", contractAddress)
                .param("failure", failure)
                .update();
    }
}
