package io.mlaas.blockchain.account;

import io.mlaas.contracts.Addresses;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** Makes accounts and signs for them. A private key is in clear only while a signature is computed. */
@Component
public class Accounts {
    /** Whose account the registrar's is. */
    public static final UUID PLATFORM = UUID.fromString("00000000-0000-4000-8000-000000000001");

    static final String SEALED_AS = "account";

    private static final Logger log = LoggerFactory.getLogger(Accounts.class);
    private static final int PRIVATE_KEY_BYTES = 32;

    private final AccountRepository repository;
    private final AccountProperties properties;
    private final Seal seal;
    private final SecureRandom random = new SecureRandom();

    Accounts(AccountRepository repository, AccountProperties properties, MasterKeys masterKeys) {
        this.repository = repository;
        this.properties = properties;
        this.seal = new Seal(masterKeys, SEALED_AS);
    }

    /** The account in use of an organization, made at its first use. */
    public Account of(UUID organizationId) {
        return repository
                .find(organizationId, AccountState.IN_USE)
                .orElseGet(() -> add(organizationId, fresh(), AccountState.IN_USE));
    }

    /** The account in use of an organization, if it has one. */
    public Optional<Account> find(UUID organizationId) {
        return repository.find(organizationId, AccountState.IN_USE);
    }

    /** Whether an address is to become the registrar's: a replacement was interrupted after the chain knew of it. */
    public boolean isComingRegistrar(String address) {
        return repository
                .find(PLATFORM, AccountState.COMING)
                .filter(account -> account.address().equals(address))
                .isPresent();
    }

    /** The registrar's account; its key is the configured one, if any, or made at the first start. */
    public Account registrar() {
        Account registrar = repository.find(PLATFORM, AccountState.IN_USE).orElseGet(() -> {
            String given = properties.registrarKey();
            return add(PLATFORM, given == null ? fresh() : Credentials.create(given), AccountState.IN_USE);
        });
        open(registrar);
        return registrar;
    }

    /**
     * Signs a transaction as EIP-155 has it.
     *
     * @return the signed transaction, hexadecimal with a leading {@code 0x}
     */
    public String sign(Account account, RawTransaction transaction, long chainId) {
        byte[] key = open(account);
        Credentials credentials = Credentials.create(Numeric.toHexStringNoPrefix(key));
        return Numeric.toHexString(TransactionEncoder.signMessage(transaction, chainId, credentials));
    }

    /** Who signs where this account would: itself, or what has taken its place. */
    public Account signer(Account account) {
        return signer(account, repository.state(account.address()));
    }

    /**
     * The same, inside a transaction: until it ends, nobody takes the account out of use. Who takes it out can therefore
     * rely on seeing everything that it signed.
     */
    public Account holdSigner(Account account) {
        return signer(account, repository.holdState(account.address()));
    }

    private Account signer(Account account, AccountState state) {
        return switch (state) {
            case COMING, IN_USE -> account;
            case LEAVING, RETIRED -> of(account.ownerId());
        };
    }

    /** The account that is to take the place of an organization's, made at the first call. */
    public Account coming(UUID organizationId) {
        return repository
                .find(organizationId, AccountState.COMING)
                .orElseGet(() -> add(organizationId, fresh(), AccountState.COMING));
    }

    /** From now on the coming account signs; inside a transaction. */
    public void change(Account leaving, Account coming) {
        repository.become(leaving.address(), AccountState.LEAVING);
        repository.become(coming.address(), AccountState.IN_USE);
        log.info("account {} takes the place of {}", coming.address(), leaving.address());
    }

    /** The account signs nothing any more. */
    public void retire(Account account) {
        repository.become(account.address(), AccountState.RETIRED);
    }

    /** Accounts of one organization, or of all (null). */
    public List<ListedAccount> list(@Nullable UUID organizationId) {
        return repository.list(organizationId);
    }

    private Account add(UUID ownerId, Credentials credentials, AccountState state) {
        Account account = new Account(ownerId, Addresses.checksummed(credentials.getAddress()));
        BigInteger key = credentials.getEcKeyPair().getPrivateKey();
        byte[] sealed = seal.seal(ownerId, Numeric.toBytesPadded(key, PRIVATE_KEY_BYTES));
        if (repository.add(account, sealed, state)) {
            log.info("made account {} for organization {}", account.address(), ownerId);
            return account;
        }
        return repository.find(ownerId, state).orElseThrow();
    }

    private byte[] open(Account account) {
        byte[] sealed = repository
                .sealedKey(account.address())
                .orElseThrow(() -> new IllegalStateException("account " + account.address() + ": has no key"));
        return seal.open(account.ownerId(), sealed);
    }

    private Credentials fresh() {
        try {
            return Credentials.create(Keys.createEcKeyPair(random));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("secp256k1 keys cannot be made", e);
        }
    }
}
