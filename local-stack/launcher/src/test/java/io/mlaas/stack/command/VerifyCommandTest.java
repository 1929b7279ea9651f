package io.mlaas.stack.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.CompiledContract;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.contracts.ModelFields;
import io.mlaas.contracts.RegistryReader;
import io.mlaas.contracts.RegistryTransactions;
import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.provenance.merkle.MerkleTree;
import io.mlaas.stack.evidence.FileDigests;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.server.EvmNode;
import io.mlaas.stack.server.Place;
import io.mlaas.stack.server.Running;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;
import org.web3j.utils.Numeric;

/** Files against a chain that was used with the first release and goes on with this one. Nothing else runs. */
class VerifyCommandTest {
    private static final long CHAIN_ID = 1337;
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final Credentials REGISTRAR = Credentials.create("1001");
    private static final Credentials COMPANY = Credentials.create("1002");
    private static final UUID OLD_DATASET = UUID.randomUUID();
    private static final UUID NEW_DATASET = UUID.randomUUID();
    private static final UUID IMPORTED = UUID.randomUUID();
    private static final UUID TRANSLATED = UUID.randomUUID();
    private static final String CERTIFICATE = "{\"passed\": true, \"max_absolute_error\": 1.2e-7}";

    @TempDir
    static Path folder;

    private static Running running;
    private static Web3j web3j;
    private static String rpc;
    private static Path file;
    private static Path certificate;
    private static String first;
    private static String second;

    @BeforeAll
    static void fillAChain() throws IOException {
        EvmNode evm = new EvmNode(new EvmNode.Config(Place.in(Home.find(), folder, "evm"), 0));
        running = Running.start(evm);
        rpc = evm.url();
        web3j = Web3j.build(new HttpService(rpc));
        file = Files.writeString(folder.resolve("digits.bin"), "0123456789");
        FileDigests digests = FileDigests.of(file);
        DatasetFields dataset = new DatasetFields("(1)", digests.size(), digests.md5(), digests.sha256());
        first = send(REGISTRAR, null, CompiledContract.ASSET_DIRECTORY_1.creationCode())
                .getContractAddress();
        send(REGISTRAR, first, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
        send(COMPANY, first, ContractTransactions.registerDataset(OLD_DATASET, dataset));
        second = send(REGISTRAR, null, ContractTransactions.deployDirectory(first))
                .getContractAddress();
        send(REGISTRAR, second, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
        send(COMPANY, second, ContractTransactions.registerDataset(NEW_DATASET, dataset));
        send(
                COMPANY,
                second,
                ContractTransactions.registerModel(
                        IMPORTED, new ModelFields(UUID.randomUUID(), null, null, null, null, null)));
        certificate = Files.writeString(folder.resolve("certificate.json"), CERTIFICATE);
        String certified = FileDigests.of(certificate).sha256();
        send(
                COMPANY,
                second,
                ContractTransactions.registerModel(
                        TRANSLATED, new ModelFields(UUID.randomUUID(), null, IMPORTED, certified, null, null)));
        try (ChainReader chain = ChainReader.connect(URI.create(rpc))) {
            for (UUID model : List.of(IMPORTED, TRANSLATED)) {
                send(
                        COMPANY,
                        chain.contractOf(second, model).orElseThrow(),
                        ContractTransactions.verify(digests.sha256(), digests.md5()));
            }
        }
    }

    @AfterAll
    static void stop() {
        web3j.shutdown();
        running.stop();
    }

    @Test
    void verifiesWhatAnEarlierDirectoryRegistered() {
        String said = verify(0, OLD_DATASET, second, file);

        assertThat(said)
                .contains("VERIFIED: the file is what the chain says")
                .contains("a predecessor of that directory");
        assertThat(said).containsIgnoringCase("registered by    " + first);
        assertThat(verify(0, OLD_DATASET, first, file)).doesNotContain("registered by ");
    }

    @Test
    void verifiesWhatTheNewDirectoryRegistered() {
        assertThat(verify(0, NEW_DATASET, second, file)).doesNotContain("registered by ");
        assertThat(verify(1, NEW_DATASET, first, file)).contains("knows no asset " + NEW_DATASET);
    }

    @Test
    void saysThatTheTrainingOfAnImportedModelWasNotWitnessed() {
        assertThat(verify(0, IMPORTED, second, file)).contains("not witnessed: the model was imported");
    }

    @Test
    void refusesAnotherFile() throws IOException {
        Path other = Files.writeString(folder.resolve("other.bin"), "0123456780");

        for (UUID asset : new UUID[] {OLD_DATASET, NEW_DATASET, IMPORTED}) {
            assertThat(verify(1, asset, second, other)).contains("NOT VERIFIED: the file is not what the chain says");
        }
    }

    @Test
    void verifiesTheCertificateThatATranslationWasRegisteredWith() {
        assertThat(verify(0, TRANSLATED, second, file, "--certificate", certificate.toString()))
                .contains("VERIFIED: the file is what the chain says, and so is its certificate");
    }

    @Test
    void refusesAChangedCertificateAndOneOfAModelThatIsNoTranslation() throws IOException {
        Path changed = Files.writeString(folder.resolve("changed.json"), CERTIFICATE.replace("1.2e-7", "1.1e-7"));

        assertThat(verify(1, TRANSLATED, second, file, "--certificate", changed.toString()))
                .contains("NOT VERIFIED: the certificate is not the one that the translation was registered with");
        assertThat(verify(1, IMPORTED, second, file, "--certificate", certificate.toString()))
                .contains("none: no translation");
    }

    @Test
    void followsAProofToTheRegistryOnTheChain() throws IOException {
        byte[] digest = HexFormat.of().parseHex(FileDigests.of(file).sha256());
        MerkleTree tree = MerkleTree.of(List.of(new byte[32], digest, new byte[] {1}));
        String root = HexFormat.of().formatHex(tree.root());
        String address = Addresses.checksummed(
                send(REGISTRAR, null, RegistryTransactions.deploy()).getContractAddress());
        String transaction =
                send(REGISTRAR, address, RegistryTransactions.anchor(root, 3)).getTransactionHash();
        InclusionProof proof;
        try (ChainReader chain = ChainReader.connect(URI.create(rpc))) {
            AnchoredBatch batch =
                    new RegistryReader(chain, address).batchOf(root).orElseThrow();
            proof = new InclusionProof(
                    HexFormat.of().formatHex(digest),
                    1,
                    3,
                    tree.path(1).stream().map(HexFormat.of()::formatHex).toList(),
                    root,
                    CHAIN_ID,
                    address,
                    batch.number(),
                    transaction,
                    batch.block(),
                    batch.time());
        }
        Path shown = Files.write(folder.resolve("proof.json"), proof.toJson());
        String[] onChain = {"--rpc", rpc, "--registry", address};

        assertThat(run(0, file, "--proof", shown.toString(), onChain[0], onChain[1], onChain[2], onChain[3]))
                .contains("anchored         the file: 1 of 3 in batch 1, block ")
                .contains("VERIFIED: every link holds");
        Path other = Files.writeString(folder.resolve("another.bin"), "0123456780");
        assertThat(run(1, other, "--proof", shown.toString(), onChain[0], onChain[1], onChain[2], onChain[3]))
                .contains("NOT VERIFIED: digest of the proof: " + proof.digest());
        assertThat(run(1, file, "--proof", shown.toString(), "--rpc", rpc, "--registry", second))
                .contains("NOT VERIFIED: registry: ");
        assertThat(run(2, file)).contains("expected: --asset, --proof, --signature, --provenance or --disclosure");
    }

    private static String verify(int status, UUID asset, String directory, Path what, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("--asset", asset.toString(), "--rpc", rpc, "--directory", directory));
        arguments.addAll(List.of(more));
        return run(status, what, arguments.toArray(String[]::new));
    }

    private static String run(int status, Path what, String... options) {
        StringWriter out = new StringWriter();
        PrintWriter printed = new PrintWriter(out, true);
        List<String> arguments = new ArrayList<>(List.of("verify", what.toString()));
        arguments.addAll(List.of(options));
        int ended = Mlaas.run(printed, printed, arguments.toArray(String[]::new));
        assertThat(ended).as(out.toString()).isEqualTo(status);
        return out.toString();
    }

    private static TransactionReceipt send(Credentials from, @Nullable String to, String data) {
        try {
            BigInteger nonce = web3j.ethGetTransactionCount(from.getAddress(), DefaultBlockParameterName.PENDING)
                    .send()
                    .getTransactionCount();
            RawTransaction transaction =
                    RawTransaction.createTransaction(nonce, BigInteger.ZERO, BigInteger.valueOf(10_000_000), to, data);
            String hash = web3j.ethSendRawTransaction(
                            Numeric.toHexString(TransactionEncoder.signMessage(transaction, CHAIN_ID, from)))
                    .send()
                    .getTransactionHash();
            TransactionReceipt receipt = await().until(
                            () -> web3j.ethGetTransactionReceipt(hash).send().getTransactionReceipt(),
                            found -> found.isPresent())
                    .orElseThrow();
            assertThat(receipt.isStatusOK()).isTrue();
            return receipt;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
