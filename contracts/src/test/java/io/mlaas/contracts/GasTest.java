package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What every operation costs, measured on the real node and compared with {@code gas.json}. */
class GasTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID DEVELOPER = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");
    private static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    private static final DatasetFields DIGITS = new DatasetFields("(1,32,32)", 55_426_379, MD5, "a1".repeat(32));
    private static final Credentials REGISTRAR = Credentials.create("1001");
    private static final Credentials COMPANY = Credentials.create("1002");
    private static final Credentials COMING = Credentials.create("1003");

    private final SequencedMap<String, Long> gas = new LinkedHashMap<>();

    @Test
    void isWhatTheTableSays() throws Exception {
        try (TestChain chain = TestChain.start();
                ChainReader reader = chain.reader()) {
            String first = measure(
                            "first generation: deploy the directory",
                            chain.send(REGISTRAR, null, FirstGeneration.deployDirectory()))
                    .getContractAddress();
            chain.send(REGISTRAR, first, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME));
            register("first generation: ", chain, first, 0);
            String directory = measure(
                            "deploy the directory",
                            chain.send(REGISTRAR, null, ContractTransactions.deployDirectory(first)))
                    .getContractAddress();
            measure(
                    "authorise a company",
                    chain.send(
                            REGISTRAR, directory, ContractTransactions.authorizeCompany(COMPANY.getAddress(), ACME)));
            register("", chain, directory, 0x100);
            UUID model = id(0x102);
            measure(
                    "record a model's result",
                    chain.send(
                            COMPANY,
                            reader.contractOf(directory, model).orElseThrow(),
                            ContractTransactions.verify("b2".repeat(32), MD5)));
            for (int size : new int[] {10, 100}) {
                SequencedMap<UUID, DatasetFields> datasets = new LinkedHashMap<>();
                for (int i = 0; i < size; i++) {
                    datasets.put(id(0x1000 * size + i), DIGITS);
                }
                String data = ContractTransactions.registerAssets(datasets, new LinkedHashMap<>());
                measure("register %d datasets at once".formatted(size), chain.send(COMPANY, directory, data));
                measure("register the same %d again".formatted(size), chain.send(COMPANY, directory, data));
            }
            measure(
                    "offer the registrar's role",
                    chain.send(REGISTRAR, directory, ContractTransactions.offerRegistrar(COMING.getAddress())));
            measure(
                    "accept the registrar's role",
                    chain.send(COMING, directory, ContractTransactions.acceptRegistrar()));
            measure(
                    "revoke a company's key",
                    chain.send(COMING, directory, ContractTransactions.revokeCompany(COMPANY.getAddress())));
            anchor(chain);
        }
        String table = gas.entrySet().stream()
                .map(entry -> "  \"%s\": %d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
        Path recorded = Path.of("gas.json");
        if (Boolean.getBoolean("mlaas.gas.write")) {
            Files.writeString(recorded, table);
        }
        assertThat(table)
                .as("contracts/gas.json; after a change of the contracts write it with -Dmlaas.gas.write=true")
                .isEqualTo(Files.readString(recorded));
    }

    private void register(String generation, TestChain chain, String directory, int from) {
        measure(
                generation + "register a dataset",
                chain.send(COMPANY, directory, ContractTransactions.registerDataset(id(from + 1), DIGITS)));
        measure(
                generation + "register a model",
                chain.send(
                        COMPANY,
                        directory,
                        ContractTransactions.registerModel(
                                id(from + 2),
                                new ModelFields(
                                        DEVELOPER, id(from + 1), null, "c3".repeat(32), MD5, "d4".repeat(32)))));
        measure(
                generation + "register an imported model",
                chain.send(
                        COMPANY,
                        directory,
                        ContractTransactions.registerModel(
                                id(from + 3), new ModelFields(DEVELOPER, null, null, null, null, null))));
    }

    private void anchor(TestChain chain) {
        String registry = measure(
                        "deploy the anchor registry", chain.send(REGISTRAR, null, RegistryTransactions.deploy()))
                .getContractAddress();
        measure(
                "anchor the first batch",
                chain.send(REGISTRAR, registry, RegistryTransactions.anchor("a1".repeat(32), 10_000)));
        measure(
                "anchor a batch of 10000 digests",
                chain.send(REGISTRAR, registry, RegistryTransactions.anchor("a2".repeat(32), 10_000)));
        measure(
                "publish a key's fingerprint",
                chain.send(REGISTRAR, registry, RegistryTransactions.publishKey(ACME, "b2".repeat(32))));
        measure(
                "revoke a key's fingerprint",
                chain.send(REGISTRAR, registry, RegistryTransactions.revokeKey(ACME, "b2".repeat(32))));
    }

    private TransactionReceipt measure(String what, TransactionReceipt receipt) {
        assertThat(receipt.isStatusOK()).as(what).isTrue();
        gas.put(what, receipt.getGasUsed().longValueExact());
        return receipt;
    }

    // The same ids in every run: zero bytes of a transaction cost less than others.
    private static UUID id(int number) {
        return new UUID(0x1122334455667788L, 0x99aabbcc00000000L + number);
    }
}
