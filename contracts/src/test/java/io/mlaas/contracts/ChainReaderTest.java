package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What a doubter reads from a real node, without any service. */
class ChainReaderTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    private static final DatasetFields DIGITS = new DatasetFields("(1,8,8)", 12_345, MD5, "a1".repeat(32));
    private static final Credentials REGISTRAR = Credentials.create("1001");
    private static final Credentials COMPANY = Credentials.create("1002");

    private static TestChain chain;
    private static ChainReader reader;
    private static String directory;

    @BeforeAll
    static void deploy() throws Exception {
        chain = TestChain.start();
        reader = chain.reader();
        directory = chain.send(REGISTRAR, null, ContractTransactions.deployDirectory())
                .getContractAddress();
        chain.send(REGISTRAR, directory, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
    }

    @AfterAll
    static void stop() {
        reader.close();
        chain.close();
    }

    @Test
    void gathersTheEvidenceOfADataset() {
        UUID id = UUID.randomUUID();
        TransactionReceipt receipt = chain.send(COMPANY, directory, ContractTransactions.registerDataset(id, DIGITS));

        ChainEvidence evidence = reader.evidence(directory, id).orElseThrow();

        assertThat(evidence.isGenuine()).isTrue();
        assertThat(evidence.sha256()).isEqualTo(DIGITS.sha256());
        assertThat(evidence.md5()).isEqualTo(MD5);
        assertThat(evidence.registration().hash()).isEqualTo(receipt.getTransactionHash());
        assertThat(evidence.registration().blockNumber())
                .isEqualTo(receipt.getBlockNumber().longValueExact());
        assertThat(evidence.registration().blockTime())
                .isEqualTo(evidence.asset().registeredAt());
        assertThat(evidence.verification()).isNull();
    }

    @Test
    void gathersTheEvidenceOfATrainedModel() {
        UUID id = UUID.randomUUID();
        ModelFields fields = new ModelFields(UUID.randomUUID(), null, null, null, null, null);
        chain.send(COMPANY, directory, ContractTransactions.registerModel(id, fields));
        assertThat(reader.evidence(directory, id).orElseThrow().sha256()).isNull();
        String address = reader.contractOf(directory, id).orElseThrow();
        TransactionReceipt verified = chain.send(COMPANY, address, ContractTransactions.verify("b2".repeat(32), MD5));

        ChainEvidence evidence = reader.evidence(directory, id).orElseThrow();

        assertThat(evidence.isGenuine()).isTrue();
        assertThat(evidence.sha256()).isEqualTo("b2".repeat(32));
        assertThat(evidence.verification().hash()).isEqualTo(verified.getTransactionHash());
    }

    @Test
    void findsNothingForAnUnknownAssetOrAnAddressWithoutAContract() {
        assertThat(reader.evidence(directory, UUID.randomUUID())).isEmpty();
        assertThat(reader.assetAt(directory, COMPANY.getAddress())).isEmpty();
        assertThat(reader.assetAt(directory, directory)).isEmpty();
    }

    @Test
    void doesNotBelieveALookAlikeThatNobodyRegistered() {
        UUID id = UUID.randomUUID();
        String code = AssetCode.of(Generation.SECOND, directory, id, ACME, COMPANY.getAddress(), DIGITS)
                .code()
                .substring(2);
        String creation = "0x61%04x3d81600a3d39f3".formatted(code.length() / 2) + code;
        String lookAlike = chain.send(COMPANY, null, creation).getContractAddress();
        chain.send(COMPANY, directory, ContractTransactions.registerDataset(UUID.randomUUID(), DIGITS));

        assertThat(reader.assetAt(directory, lookAlike)).isEmpty();

        chain.send(COMPANY, directory, ContractTransactions.registerDataset(id, DIGITS));
        assertThat(reader.assetAt(directory, lookAlike)).isEmpty();
    }

    @Test
    void saysThatADirectoryIsMissing() {
        assertThatThrownBy(() -> reader.evidence(COMPANY.getAddress(), UUID.randomUUID()))
                .isInstanceOf(ChainException.class)
                .hasMessageContaining("directory: " + COMPANY.getAddress() + " (expected: an address with a contract");
    }

    @Test
    void tellsASilentNodeFromAWrongAnswer() {
        try (ChainReader nowhere = ChainReader.connect(URI.create("http://127.0.0.1:1"))) {
            assertThatThrownBy(nowhere::chainId).isInstanceOf(ChainUnreachableException.class);
        }
    }
}
