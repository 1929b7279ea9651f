package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

/** A chain that was used with the first release, and goes on with today's. */
class GenerationsTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID GLOBEX = UUID.fromString("8c1f7d52-3b0e-4c7a-9a64-2f5f1c0f9b1e");
    private static final UUID DEVELOPER = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");
    private static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    private static final DatasetFields DIGITS = new DatasetFields("(1,8,8)", 12_345, MD5, "a1".repeat(32));
    private static final Credentials REGISTRAR = Credentials.create("1001");
    private static final Credentials COMPANY = Credentials.create("1002");

    private static TestChain chain;
    private static ChainReader reader;
    private static String first;
    private static String second;
    private static final UUID OLD_DATASET = UUID.randomUUID();
    private static final UUID OLD_MODEL = UUID.randomUUID();
    private static final ModelFields OLD_FIELDS =
            new ModelFields(DEVELOPER, OLD_DATASET, null, "c3".repeat(32), MD5, "d4".repeat(32));

    @BeforeAll
    static void useAChainAndUpgradeIt() throws Exception {
        chain = TestChain.start();
        reader = chain.reader();
        first = Addresses.checksummed(
                chain.send(REGISTRAR, null, FirstGeneration.deployDirectory()).getContractAddress());
        chain.send(REGISTRAR, first, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
        chain.send(COMPANY, first, ContractTransactions.registerDataset(OLD_DATASET, DIGITS));
        chain.send(COMPANY, first, ContractTransactions.registerModel(OLD_MODEL, OLD_FIELDS));
        second = Addresses.checksummed(chain.send(REGISTRAR, null, ContractTransactions.deployDirectory(first))
                .getContractAddress());
        chain.send(REGISTRAR, second, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
    }

    @AfterAll
    static void stop() {
        reader.close();
        chain.close();
    }

    @Test
    void namesTheDirectoriesAndTheirGenerations() {
        assertThat(reader.lineage(second))
                .containsExactly(
                        new DirectoryOnChain(second, Generation.SECOND), new DirectoryOnChain(first, Generation.FIRST));
        assertThat(reader.lineage(first)).containsExactly(new DirectoryOnChain(first, Generation.FIRST));
        assertThat(reader.generationOf(COMPANY.getAddress())).isEmpty();
    }

    @Test
    void whatTheFirstOneRegisteredIsFoundAtItsAddressAndProvedThroughTheSecond() {
        String address = reader.contractOf(first, OLD_DATASET).orElseThrow();

        assertThat(reader.contractOf(second, OLD_DATASET)).contains(address);
        assertThat(reader.contractsOf(second, List.of(OLD_DATASET, UUID.randomUUID())))
                .containsOnlyKeys(OLD_DATASET)
                .containsValue(address);
        assertThat(reader.assetAt(second, address)).isEqualTo(reader.asset(first, OLD_DATASET));
        ChainEvidence evidence = reader.evidence(second, OLD_DATASET).orElseThrow();
        assertThat(evidence.isGenuine()).isTrue();
        assertThat(evidence.sha256()).isEqualTo(DIGITS.sha256());
        assertThat(evidence.registeredBy()).isEqualTo(new DirectoryOnChain(first, Generation.FIRST));
        assertThat(evidence.registration())
                .isEqualTo(reader.evidence(first, OLD_DATASET).orElseThrow().registration());
        assertThat(reader.evidence(first, OLD_MODEL).orElseThrow().isGenuine()).isTrue();
    }

    @Test
    void anAssetOfTheFirstOneIsNotRegisteredAgain() {
        String data = ContractTransactions.registerDataset(OLD_DATASET, DIGITS);

        assertThat(ContractRefusal.of(chain.revertData(COMPANY, second, data)))
                .contains(ContractRefusal.ALREADY_REGISTERED);
    }

    @Test
    void aNewModelMayReferToAnOldDatasetAndAnOldModelGetsItsResult() {
        UUID id = UUID.randomUUID();
        ModelFields fields = new ModelFields(DEVELOPER, OLD_DATASET, OLD_MODEL, null, null, null);
        assertThat(chain.send(COMPANY, second, ContractTransactions.registerModel(id, fields))
                        .isStatusOK())
                .isTrue();
        assertThat(reader.evidence(second, id).orElseThrow().isGenuine()).isTrue();
        assertThat(reader.evidence(second, id).orElseThrow().registeredBy().address())
                .isEqualTo(second);

        String old = reader.contractOf(second, OLD_MODEL).orElseThrow();
        chain.send(COMPANY, old, ContractTransactions.verify("b2".repeat(32), MD5));
        ChainEvidence evidence = reader.evidence(second, OLD_MODEL).orElseThrow();
        assertThat(evidence.sha256()).isEqualTo("b2".repeat(32));
        assertThat(evidence.isGenuine()).isTrue();
    }

    @Test
    void aKeyKeepsItsOrganizationAcrossGenerations() {
        Credentials other = Credentials.create("1003");
        chain.send(REGISTRAR, first, ContractTransactions.authorizeCompany(other.getAddress(), GLOBEX));

        assertThat(ContractRefusal.of(chain.revertData(
                        REGISTRAR, second, ContractTransactions.authorizeCompany(other.getAddress(), ACME))))
                .contains(ContractRefusal.BOUND_TO_ANOTHER_ORGANIZATION);
    }

    @Test
    void aSuccessorOfAnImpostorProvesNothing() {
        // It has the code of an asset's contract and answers nothing that a directory answers.
        String impostor = chain.send(COMPANY, null, CompiledContract.DATASET.creationCode())
                .getContractAddress();
        String successor = chain.send(COMPANY, null, ContractTransactions.deployDirectory(impostor))
                .getContractAddress();

        List<DirectoryOnChain> lineage = reader.lineage(successor);

        assertThat(lineage).hasSize(2);
        assertThat(lineage.getLast().generation()).isNull();
    }
}
