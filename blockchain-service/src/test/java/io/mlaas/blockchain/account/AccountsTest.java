package io.mlaas.blockchain.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.blockchain.RunningService;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.seal.SealBrokenException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;

@ExtendWith(OutputCaptureExtension.class)
class AccountsTest extends RunningService {
    private static final RawTransaction TRANSACTION = RawTransaction.createTransaction(
            BigInteger.ZERO, BigInteger.ZERO, BigInteger.TEN, "0x" + "1".repeat(40), "0x");

    @Autowired
    private Accounts accounts;

    @Autowired
    private AccountRepository repository;

    @Test
    void makesOneAccountPerCompanyHoweverManyAsk() throws Exception {
        UUID company = UUID.randomUUID();
        Set<Account> made = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Account> ask = () -> accounts.of(company);
            for (Future<Account> account :
                    threads.invokeAll(Stream.generate(() -> ask).limit(10).toList())) {
                made.add(account.get());
            }
        }

        assertThat(made).hasSize(1);
        assertThat(made.iterator().next().ownerId()).isEqualTo(company);
    }

    @Test
    void signsAsTheAccountForOneChainOnly() throws Exception {
        Account account = accounts.of(UUID.randomUUID());

        var signed = (SignedRawTransaction) TransactionDecoder.decode(accounts.sign(account, TRANSACTION, 1337));

        assertThat(signed.getFrom()).isEqualToIgnoringCase(account.address());
        assertThat(signed.getChainId()).isEqualTo(1337);
    }

    @Test
    void neverWritesAKeyIntoTheLog(CapturedOutput output) {
        Account account = accounts.of(UUID.randomUUID());
        accounts.sign(account, TRANSACTION, 1337);

        byte[] sealed = repository.sealedKey(account.address()).orElseThrow();
        byte[] key =
                new Seal(MasterKeys.from("keys", null, MASTER_KEY_FILE), "account").open(account.ownerId(), sealed);
        assertThat(key).hasSize(32);
        assertThat(output.getAll())
                .contains(account.address())
                .doesNotContainIgnoringCase(HexFormat.of().formatHex(key))
                .doesNotContain(new BigInteger(1, key).toString())
                .doesNotContain(MASTER_KEY);
    }

    @Test
    void doesNotSignWithAKeyThatWasMovedToAnotherCompany() {
        Account account = accounts.of(UUID.randomUUID());
        UUID thief = UUID.randomUUID();
        jdbc.sql("update account set owner_id = :thief where address = :address")
                .param("thief", thief)
                .param("address", account.address())
                .update();

        Account moved = accounts.of(thief);

        assertThat(moved.address()).isEqualTo(account.address());
        assertThatThrownBy(() -> accounts.sign(moved, TRANSACTION, 1337)).isInstanceOf(SealBrokenException.class);
        // Nobody can seal it anew: it would be left over whenever the master key changes.
        jdbc.sql("delete from account where address = :address")
                .param("address", account.address())
                .update();
    }

    @Test
    void doesNotOpenTheRegistrarsKeyWithAnotherMasterKey() {
        String other = Base64.getEncoder().encodeToString(new byte[32]);

        Accounts withAnotherKey = new Accounts(
                repository,
                new AccountProperties(other, null, null),
                new AccountProperties(other, null, null).masterKeys());

        assertThatThrownBy(withAnotherKey::registrar)
                .isInstanceOf(SealBrokenException.class)
                .hasMessageContaining("(expected: one of the configured keys, ");
    }
}
