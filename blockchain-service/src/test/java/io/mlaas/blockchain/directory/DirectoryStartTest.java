package io.mlaas.blockchain.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlaas.blockchain.BlockchainApplication;
import io.mlaas.blockchain.RunningService;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.blockchain.transaction.ChainProperties;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.CompiledContract;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.contracts.DirectoryOnChain;
import io.mlaas.contracts.Generation;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.Environment;

/** With which chains the service works, and how it says that it does not. */
@ExtendWith(OutputCaptureExtension.class)
class DirectoryStartTest extends RunningService {
    @Autowired
    private ChainProperties properties;

    @Autowired
    private ChainReader chain;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Transactions transactions;

    @Autowired
    private DirectoryRepository repository;

    @Autowired
    private Directory directory;

    @Autowired
    private Registry registry;

    @Autowired
    private Environment environment;

    @Test
    void findsTheDirectoryItDeployedBefore() {
        assertThat(start(chain, properties.chainId(), null).address()).isEqualTo(directory.address());
    }

    @Test
    void takesTheConfiguredDirectory() {
        String lowerCase = directory.address().toLowerCase(Locale.ROOT);

        assertThat(start(chain, properties.chainId(), lowerCase).address()).isEqualTo(directory.address());
    }

    @Test
    void givesADirectoryOfTheFirstReleaseASuccessorThatKnowsItsAssets() {
        UUID organization = UUID.randomUUID();
        UUID dataset = UUID.randomUUID();
        Account company = accounts.of(organization);
        Outcome.Mined deployed = (Outcome.Mined) transactions.submit(new Submission(
                "deploy:released",
                null,
                accounts.registrar(),
                null,
                CompiledContract.ASSET_DIRECTORY_1.creationCode()));
        String released = Addresses.checksummed(deployed.contractAddress());
        mine(
                "authorize:released",
                accounts.registrar(),
                released,
                ContractTransactions.authorizeCompany(company.address(), organization));
        mine(
                "register:" + dataset,
                company,
                released,
                ContractTransactions.registerDataset(dataset, new DatasetFields("(2)", 1, MD5, SHA256)));

        Directory upgraded = start(chain, properties.chainId(), released);

        assertThat(upgraded.addresses()).hasSize(2).endsWith(released);
        assertThat(chain.lineage(upgraded.address()))
                .extracting(DirectoryOnChain::generation)
                .containsExactly(Generation.SECOND, Generation.FIRST);
        assertThat(upgraded.asset(dataset))
                .isEqualTo(chain.asset(released, dataset))
                .isPresent();
        assertThat(upgraded.evidence(dataset).orElseThrow().isGenuine()).isTrue();
        assertThat(upgraded.companyOf(organization)).isEqualTo(company);
        assertThat(chain.organizationOf(upgraded.address(), company.address())).contains(organization);
        assertThat(start(chain, properties.chainId(), released).addresses()).isEqualTo(upgraded.addresses());
        assertThat(upgraded.status(registry.address()).predecessors()).containsExactly(released);
    }

    private void mine(String purpose, Account sender, String recipient, String data) {
        assertThat(transactions.submit(new Submission(purpose, null, sender, recipient, data)))
                .isInstanceOf(Outcome.Mined.class);
    }

    @Test
    void bringsBackADirectoryThatTheNodeLost() {
        String snapshot = rpc("evm_snapshot");
        Outcome.Mined deployed = (Outcome.Mined) transactions.submit(new Submission(
                "deploy:second", null, accounts.registrar(), null, ContractTransactions.deployDirectory()));
        assertThat(rpc("evm_revert", snapshot)).isEqualTo("true");

        assertThat(start(chain, properties.chainId(), deployed.contractAddress())
                        .address())
                .isEqualToIgnoringCase(deployed.contractAddress());
    }

    @Test
    void refusesAnotherChain() {
        FailureAnalysis failure = failure(chain, 2018, null);

        assertThat(failure.getDescription())
                .isEqualTo("chain id of " + properties.rpcUrl() + ": 1337 (expected: 2018)");
        assertThat(failure.getAction()).contains("mlaas.blockchain.chain-id");
    }

    @Test
    void stopsTheWholeServiceWithTwoSentences(CapturedOutput output) {
        String[] arguments = {
            "--server.port=0",
            "--spring.datasource.url=" + environment.getProperty("spring.datasource.url"),
            "--spring.datasource.username=" + environment.getProperty("spring.datasource.username"),
            "--spring.datasource.password=" + environment.getProperty("spring.datasource.password"),
            "--mlaas.blockchain.master-key-file=" + MASTER_KEY_FILE,
            "--mlaas.blockchain.rpc-url=" + properties.rpcUrl(),
            "--mlaas.blockchain.chain-id=2018"
        };

        assertThatThrownBy(() -> SpringApplication.run(BlockchainApplication.class, arguments))
                .hasRootCauseInstanceOf(ChainStartException.class);

        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("chain id of " + properties.rpcUrl() + ": 1337 (expected: 2018)")
                .contains("Correct mlaas.blockchain.rpc-url or mlaas.blockchain.chain-id.");
    }

    @Test
    void refusesAnAddressWithoutTheDirectorysCode() {
        String company = directory.companyOf(UUID.randomUUID()).address();

        assertThat(failure(chain, properties.chainId(), company).getDescription())
                .isEqualTo("code at " + company
                        + " on chain 1337: not the asset directory's (expected: the published one)");
    }

    @Test
    void refusesTheDirectoryOfAnotherRegistrar() {
        Account stranger = accounts.of(UUID.randomUUID());
        Outcome.Mined deployed = (Outcome.Mined) transactions.submit(new Submission(
                "deploy:" + stranger.address(), null, stranger, null, ContractTransactions.deployDirectory()));

        assertThat(failure(chain, properties.chainId(), deployed.contractAddress())
                        .getDescription())
                .contains(": " + stranger.address() + " (expected: ")
                .contains("this service's own account");
    }

    @Test
    void saysThatTheNodeDoesNotAnswer() {
        try (ChainReader nobody = ChainReader.connect(URI.create("http://127.0.0.1:1"))) {
            assertThat(failure(nobody, properties.chainId(), null).getDescription())
                    .endsWith("no answer in 1 s");
        }
    }

    private Directory start(ChainReader reader, long chainId, String address) {
        ChainProperties own = new ChainProperties(
                properties.rpcUrl(),
                chainId,
                address,
                0,
                properties.receiptTimeout(),
                properties.callTimeout(),
                Duration.ofSeconds(1),
                properties.reconcileInterval());
        return new DirectoryStart().directory(own, reader, accounts, transactions, repository);
    }

    private FailureAnalysis failure(ChainReader reader, long chainId, String address) {
        ChainStartException exception =
                catchThrowableOfType(ChainStartException.class, () -> start(reader, chainId, address));
        return new ChainStartAnalyzer().analyze(exception, exception);
    }
}
