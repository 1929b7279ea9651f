package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** The contracts on a real EVM node. */
class AssetDirectoryTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID GLOBEX = UUID.fromString("8c1f7d52-3b0e-4c7a-9a64-2f5f1c0f9b1e");
    private static final UUID DEVELOPER = UUID.fromString("dd8fca81-a999-40f5-81f0-68627e303a27");
    private static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    private static final String RESULT_MD5 = "f73b9eb23dcf464a1916d8e991dfaff4";
    private static final String SHA256 = "a1".repeat(32);
    private static final String RESULT_SHA256 = "b2".repeat(32);
    private static final DatasetFields DIGITS = new DatasetFields("(1,32,32)", 55_426_379, MD5, SHA256);

    private static final Credentials REGISTRAR = account(1);
    private static final Credentials ACME_KEY = account(2);
    private static final Credentials GLOBEX_KEY = account(3);
    private static final Credentials STRANGER = account(4);

    private static TestChain chain;
    private static ChainReader reader;
    private static String directory;

    @BeforeAll
    static void deploy() throws Exception {
        chain = TestChain.start();
        reader = chain.reader();
        TransactionReceipt deployed = chain.send(REGISTRAR, null, ContractTransactions.deployDirectory());
        directory = Addresses.checksummed(deployed.getContractAddress());
        chain.send(REGISTRAR, directory, ContractTransactions.authorizeCompany(ACME_KEY.getAddress(), ACME));
        chain.send(REGISTRAR, directory, ContractTransactions.authorizeCompany(GLOBEX_KEY.getAddress(), GLOBEX));
    }

    @AfterAll
    static void stop() {
        reader.close();
        chain.close();
    }

    @Test
    void theDirectoryCarriesThePublishedCodeAndNamesItsRegistrar() {
        assertThat(reader.isGenuine(directory, CompiledContract.ASSET_DIRECTORY))
                .isTrue();
        assertThat(reader.registrar(directory)).isEqualTo(Addresses.checksummed(REGISTRAR.getAddress()));
        assertThat(reader.chainId()).isEqualTo(TestChain.CHAIN_ID);
    }

    @Test
    void registersADatasetAtThePredictedAddressForTheCallersOrganization() {
        UUID id = UUID.randomUUID();

        registerDataset(ACME_KEY, id);

        String predicted = ContractTransactions.datasetAddress(directory, id, ACME, ACME_KEY.getAddress(), DIGITS);
        assertThat(reader.contractOf(directory, id)).contains(predicted);
        AssetOnChain.Dataset dataset =
                (AssetOnChain.Dataset) reader.assetAt(directory, predicted).orElseThrow();
        assertThat(dataset.assetId()).isEqualTo(id);
        assertThat(dataset.organizationId()).isEqualTo(ACME);
        assertThat(dataset.owner()).isEqualTo(Addresses.checksummed(ACME_KEY.getAddress()));
        assertThat(dataset.fields()).isEqualTo(DIGITS);
    }

    @Test
    void recordsTheResultOfAModelExactlyOnce() {
        UUID datasetId = UUID.randomUUID();
        UUID modelId = UUID.randomUUID();
        registerDataset(ACME_KEY, datasetId);
        ModelFields fields = new ModelFields(DEVELOPER, datasetId, null, "c3".repeat(32), MD5, "d4".repeat(32));
        chain.send(ACME_KEY, directory, ContractTransactions.registerModel(modelId, fields));
        String address = reader.contractOf(directory, modelId).orElseThrow();
        assertThat(address)
                .isEqualTo(ContractTransactions.modelAddress(directory, modelId, ACME, ACME_KEY.getAddress(), fields));
        assertThat(model(modelId).fields()).isEqualTo(fields);
        assertThat(model(modelId).result()).isNull();

        String verify = ContractTransactions.verify(RESULT_SHA256, RESULT_MD5);
        TransactionReceipt first = chain.send(ACME_KEY, address, verify);
        assertThat(first.isStatusOK()).isTrue();
        AssetOnChain.Result result = model(modelId).result();
        assertThat(result.sha256()).isEqualTo(RESULT_SHA256);
        assertThat(result.md5()).isEqualTo(RESULT_MD5);

        String again = ContractTransactions.verify("ee".repeat(32), RESULT_MD5);
        assertThat(chain.send(ACME_KEY, address, again).isStatusOK()).isFalse();
        assertThat(refusal(ACME_KEY, address, again)).isEqualTo(ContractRefusal.ALREADY_VERIFIED);
        assertThat(refusal(ACME_KEY, address, verify)).isEqualTo(ContractRefusal.ALREADY_VERIFIED);
        assertThat(model(modelId).result()).isEqualTo(result);
    }

    @Test
    void refusesAnotherCompanyAndStrangersToVerify() {
        String address = registerModel(ACME_KEY, UUID.randomUUID());
        String verify = ContractTransactions.verify(RESULT_SHA256, RESULT_MD5);

        assertThat(refusal(GLOBEX_KEY, address, verify)).isEqualTo(ContractRefusal.NOT_OWNER);
        assertThat(refusal(STRANGER, address, verify)).isEqualTo(ContractRefusal.NOT_OWNER);
        assertThat(chain.send(GLOBEX_KEY, address, verify).isStatusOK()).isFalse();
    }

    @Test
    void refusesAZeroResult() {
        String address = registerModel(ACME_KEY, UUID.randomUUID());
        String zero = ContractTransactions.verify(RESULT_SHA256, RESULT_MD5).replace(RESULT_SHA256, "0".repeat(64));

        assertThat(refusal(ACME_KEY, address, zero)).isEqualTo(ContractRefusal.MISSING_SHA256);
    }

    @Test
    void registersAnImportedModelWithoutDatasetAndImageAndRecordsItsBytes() {
        UUID id = UUID.randomUUID();
        String address = registerModel(ACME_KEY, id);

        assertThat(chain.send(ACME_KEY, address, ContractTransactions.verify(RESULT_SHA256, RESULT_MD5))
                        .isStatusOK())
                .isTrue();

        AssetOnChain.Model imported = model(id);
        assertThat(imported.fields()).isEqualTo(new ModelFields(DEVELOPER, null, null, null, null, null));
        assertThat(imported.fields().isImported()).isTrue();
        assertThat(imported.result().sha256()).isEqualTo(RESULT_SHA256);
        assertThat(reader.evidence(directory, id).orElseThrow().isGenuine()).isTrue();
    }

    @Test
    void registersManyAssetsInOneTransactionAndLeavesOutOnlyWhatItMust() {
        UUID known = UUID.randomUUID();
        registerDataset(ACME_KEY, known);
        UUID dataset = UUID.randomUUID();
        UUID model = UUID.randomUUID();
        UUID translation = UUID.randomUUID();
        UUID orphan = UUID.randomUUID();
        ModelFields ofDataset = new ModelFields(DEVELOPER, dataset, null, SHA256, MD5, RESULT_SHA256);
        ModelFields ofModel = new ModelFields(DEVELOPER, null, model, null, null, null);
        SequencedMap<UUID, DatasetFields> datasets = new LinkedHashMap<>();
        datasets.put(known, new DatasetFields("(2)", 2, MD5, RESULT_SHA256));
        datasets.put(dataset, DIGITS);
        SequencedMap<UUID, ModelFields> models = new LinkedHashMap<>();
        models.put(orphan, new ModelFields(DEVELOPER, UUID.randomUUID(), null, null, null, null));
        models.put(model, ofDataset);
        models.put(translation, ofModel);
        String data = ContractTransactions.registerAssets(datasets, models);

        TransactionReceipt receipt = chain.send(ACME_KEY, directory, data);

        assertThat(receipt.isStatusOK()).isTrue();
        String owner = ACME_KEY.getAddress();
        assertThat(reader.contractsOf(directory, List.of(orphan, dataset, model, translation)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        dataset, ContractTransactions.datasetAddress(directory, dataset, ACME, owner, DIGITS),
                        model, ContractTransactions.modelAddress(directory, model, ACME, owner, ofDataset),
                        translation, ContractTransactions.modelAddress(directory, translation, ACME, owner, ofModel)));
        assertThat(((AssetOnChain.Dataset) reader.asset(directory, known).orElseThrow()).fields())
                .isEqualTo(DIGITS);
        for (UUID id : List.of(dataset, model, translation)) {
            assertThat(reader.evidence(directory, id).orElseThrow().isGenuine()).isTrue();
        }
        assertThat(chain.send(ACME_KEY, directory, data).isStatusOK()).isTrue();
        assertThat(refusal(STRANGER, directory, data)).isEqualTo(ContractRefusal.NOT_AUTHORIZED);
    }

    @Test
    void keepsDimensionsOfEveryLengthAndRefusesWhatIsTooLong() {
        for (String dimension : List.of("", "x".repeat(31), "é".repeat(32), "y".repeat(1000))) {
            UUID id = UUID.randomUUID();
            DatasetFields fields = new DatasetFields(dimension, Long.MAX_VALUE, MD5, SHA256);
            chain.send(ACME_KEY, directory, ContractTransactions.registerDataset(id, fields));
            assertThat(((AssetOnChain.Dataset) reader.asset(directory, id).orElseThrow()).fields())
                    .isEqualTo(fields);
        }
        DatasetFields long1001 = new DatasetFields("y".repeat(1001), 1, MD5, SHA256);
        assertThat(refusal(ACME_KEY, directory, ContractTransactions.registerDataset(UUID.randomUUID(), long1001)))
                .isEqualTo(ContractRefusal.DIMENSION_TOO_LONG);
    }

    @Test
    void nobodyTakesARecordsCodeForARecord() {
        for (AssetKind kind : AssetKind.values()) {
            String code = AssetCode.sharedCode(directory, kind);
            assertThat(reader.assetAt(directory, code)).isEmpty();
        }
        String shared = AssetCode.sharedCode(directory, AssetKind.MODEL);
        assertThat(chain.send(ACME_KEY, shared, ContractTransactions.verify(RESULT_SHA256, RESULT_MD5))
                        .isStatusOK())
                .isFalse();
    }

    @Test
    void refusesASecondContractForOneAssetWhoeverAsks() {
        UUID id = UUID.randomUUID();
        registerDataset(ACME_KEY, id);
        String again = ContractTransactions.registerDataset(id, DIGITS);

        assertThat(refusal(ACME_KEY, directory, again)).isEqualTo(ContractRefusal.ALREADY_REGISTERED);
        assertThat(refusal(GLOBEX_KEY, directory, again)).isEqualTo(ContractRefusal.ALREADY_REGISTERED);
    }

    @Test
    void refusesRegistrationsByAddressesThatActForNobody() {
        String data = ContractTransactions.registerDataset(UUID.randomUUID(), DIGITS);

        assertThat(refusal(STRANGER, directory, data)).isEqualTo(ContractRefusal.NOT_AUTHORIZED);
        assertThat(refusal(REGISTRAR, directory, data)).isEqualTo(ContractRefusal.NOT_AUTHORIZED);
        assertThat(refusal(ACME_KEY, directory, ContractTransactions.authorizeCompany(STRANGER.getAddress(), ACME)))
                .isEqualTo(ContractRefusal.NOT_REGISTRAR);
    }

    @Test
    void refusesAModelWhoseDatasetOrSourceTheDirectoryDoesNotKnow() {
        UUID model = UUID.randomUUID();
        registerModel(ACME_KEY, model);

        for (ModelFields fields : new ModelFields[] {
            new ModelFields(DEVELOPER, UUID.randomUUID(), null, null, null, null),
            new ModelFields(DEVELOPER, model, null, null, null, null),
            new ModelFields(DEVELOPER, null, UUID.randomUUID(), null, null, null)
        }) {
            String data = ContractTransactions.registerModel(UUID.randomUUID(), fields);
            assertThat(refusal(ACME_KEY, directory, data)).isEqualTo(ContractRefusal.UNKNOWN_ASSET);
        }
    }

    @Test
    void aReplacedKeyCompletesWhatTheOldOneBeganAndTheRevokedOneCanNot() {
        Credentials old = account(10);
        Credentials replacement = account(11);
        chain.send(REGISTRAR, directory, ContractTransactions.authorizeCompany(old.getAddress(), GLOBEX));
        UUID id = UUID.randomUUID();
        String address = registerModel(old, id);
        chain.send(REGISTRAR, directory, ContractTransactions.authorizeCompany(replacement.getAddress(), GLOBEX));
        chain.send(REGISTRAR, directory, ContractTransactions.revokeCompany(old.getAddress()));

        String verify = ContractTransactions.verify(RESULT_SHA256, RESULT_MD5);
        assertThat(refusal(old, address, verify)).isEqualTo(ContractRefusal.NOT_OWNER);
        assertThat(refusal(REGISTRAR, directory, ContractTransactions.authorizeCompany(old.getAddress(), ACME)))
                .isEqualTo(ContractRefusal.BOUND_TO_ANOTHER_ORGANIZATION);
        assertThat(reader.organizationOf(directory, old.getAddress())).isEmpty();
        assertThat(reader.organizationOf(directory, replacement.getAddress())).contains(GLOBEX);
        assertThat(chain.send(replacement, address, verify).isStatusOK()).isTrue();
    }

    @Test
    void theRegistrarsRolePassesOnOnlyWhenAccepted() throws Exception {
        try (TestChain own = TestChain.start();
                ChainReader ownReader = own.reader()) {
            String address = own.send(REGISTRAR, null, ContractTransactions.deployDirectory())
                    .getContractAddress();
            Credentials successor = account(20);
            assertThat(ContractRefusal.of(own.revertData(successor, address, ContractTransactions.acceptRegistrar())))
                    .contains(ContractRefusal.NOT_PENDING_REGISTRAR);

            own.send(REGISTRAR, address, ContractTransactions.offerRegistrar(successor.getAddress()));
            assertThat(ownReader.registrar(address)).isEqualToIgnoringCase(REGISTRAR.getAddress());
            own.send(successor, address, ContractTransactions.acceptRegistrar());
            assertThat(ownReader.registrar(address)).isEqualToIgnoringCase(successor.getAddress());
        }
    }

    private static AssetOnChain.Model model(UUID id) {
        return (AssetOnChain.Model) reader.asset(directory, id).orElseThrow();
    }

    private static TransactionReceipt registerDataset(Credentials company, UUID id) {
        TransactionReceipt receipt = chain.send(company, directory, ContractTransactions.registerDataset(id, DIGITS));
        assertThat(receipt.isStatusOK()).isTrue();
        return receipt;
    }

    private static String registerModel(Credentials company, UUID id) {
        ModelFields fields = new ModelFields(DEVELOPER, null, null, null, null, null);
        assertThat(chain.send(company, directory, ContractTransactions.registerModel(id, fields))
                        .isStatusOK())
                .isTrue();
        return reader.contractOf(directory, id).orElseThrow();
    }

    private static ContractRefusal refusal(Credentials from, String to, String data) {
        return ContractRefusal.of(chain.revertData(from, to, data)).orElseThrow();
    }

    private static Credentials account(int key) {
        return Credentials.create(BigInteger.valueOf(0x1000 + key).toString(16));
    }
}
