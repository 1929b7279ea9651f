package io.mlaas.blockchain.account;

import io.mlaas.contracts.Addresses;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
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
        return repository.inUse(organizationId).orElseGet(() -> add(organizationId, fresh()));
    }

    /** The registrar's account; its key is the configured one, if any, or made at the first start. */
    public Account registrar() {
        Account registrar = repository.inUse(PLATFORM).orElseGet(() -> {
            String given = properties.registrarKey();
            return add(PLATFORM, given == null ? fresh() : Credentials.create(given));
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

    private Account add(UUID ownerId, Credentials credentials) {
        Account account = new Account(ownerId, Addresses.checksummed(credentials.getAddress()));
        BigInteger key = credentials.getEcKeyPair().getPrivateKey();
        byte[] sealed = seal.seal(ownerId, Numeric.toBytesPadded(key, PRIVATE_KEY_BYTES));
        if (repository.add(account, sealed, seal.id())) {
            log.info("made account {} for organization {}", account.address(), ownerId);
            return account;
        }
        return repository.inUse(ownerId).orElseThrow();
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
