package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Whatever anybody sends in whatever order, the chain says what a few lines of Java say: only the registrar decides about
 * companies, only companies register, and nobody alters or registers again what is there. Run with more steps by
 * {@code -Dmlaas.fuzz.steps=5000}.
 */
class RandomSequencesTest {
    private static final int STEPS = Integer.getInteger("mlaas.fuzz.steps", 250);
    private static final String MD5 = "adbc812a1f0ab4c881a41fc872cb643e";
    private static final List<UUID> ORGANIZATIONS = List.of(new UUID(1, 1), new UUID(2, 2), new UUID(3, 3));

    private final List<Credentials> accounts = new ArrayList<>();
    private final List<UUID> ids = new ArrayList<>();

    /** A record as it has to be. */
    private record Expected(AssetKind kind, UUID organization, String owner, Object fields) {}

    // What the chain should know.
    private String registrar = "";
    private @Nullable String offeredTo;
    private final Map<String, UUID> boundTo = new HashMap<>();
    private final Set<String> authorized = new HashSet<>();
    private final Map<UUID, Expected> assets = new HashMap<>();
    private final Map<UUID, String> results = new HashMap<>();
    private final Map<UUID, String> addresses = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_121})
    void theChainSaysWhatTheModelSays(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 6; i++) {
            accounts.add(Credentials.create(BigInteger.valueOf(0x5000 + i).toString(16)));
        }
        for (int i = 0; i < 64; i++) {
            ids.add(new UUID(random.nextLong(), random.nextLong()));
        }
        try (TestChain chain = TestChain.start();
                ChainReader reader = chain.reader()) {
            registrar = address(accounts.getFirst());
            String directory = chain.send(accounts.getFirst(), null, ContractTransactions.deployDirectory())
                    .getContractAddress();
            int succeeded = 0;
            for (int step = 0; step < STEPS; step++) {
                int operation = random.nextInt(8);
                // As often the one who may as anybody.
                Credentials caller = random.nextBoolean() ? one(random, accounts) : entitled(operation);
                boolean expected;
                TransactionReceipt receipt;
                String what;
                switch (operation) {
                    case 0 -> {
                        Credentials company = one(random, accounts);
                        UUID organization = one(random, ORGANIZATIONS);
                        what = "authorise " + address(company) + " for " + organization;
                        expected = authorize(address(caller), address(company), organization);
                        receipt = chain.send(
                                caller,
                                directory,
                                ContractTransactions.authorizeCompany(address(company), organization));
                    }
                    case 1 -> {
                        Credentials company = one(random, accounts);
                        what = "revoke " + address(company);
                        // Rarely, else nobody is left.
                        if (random.nextInt(3) != 0) {
                            continue;
                        }
                        expected = address(caller).equals(registrar) && authorized.remove(address(company));
                        receipt = chain.send(caller, directory, ContractTransactions.revokeCompany(address(company)));
                    }
                    case 2 -> {
                        Credentials to = one(random, accounts);
                        what = "offer the role to " + address(to);
                        expected = address(caller).equals(registrar);
                        if (expected) {
                            offeredTo = address(to);
                        }
                        receipt = chain.send(caller, directory, ContractTransactions.offerRegistrar(address(to)));
                    }
                    case 3 -> {
                        what = "accept the role";
                        expected = address(caller).equals(offeredTo);
                        if (expected) {
                            registrar = address(caller);
                            offeredTo = null;
                        }
                        receipt = chain.send(caller, directory, ContractTransactions.acceptRegistrar());
                    }
                    case 4 -> {
                        UUID id = one(random, ids);
                        DatasetFields fields = dataset(random);
                        what = "register dataset " + id;
                        expected = canAct(caller) && register(caller, id, AssetKind.DATASET, fields);
                        receipt = chain.send(caller, directory, ContractTransactions.registerDataset(id, fields));
                    }
                    case 5 -> {
                        UUID id = one(random, ids);
                        ModelFields fields = model(random);
                        what = "register model " + id;
                        expected = canAct(caller) && register(caller, id, AssetKind.MODEL, fields);
                        receipt = chain.send(caller, directory, ContractTransactions.registerModel(id, fields));
                    }
                    case 6 -> {
                        SequencedMap<UUID, DatasetFields> datasets = new LinkedHashMap<>();
                        SequencedMap<UUID, ModelFields> models = new LinkedHashMap<>();
                        for (int i = random.nextInt(4); i > 0; i--) {
                            datasets.put(one(random, ids), dataset(random));
                        }
                        for (int i = random.nextInt(4); i > 0; i--) {
                            models.put(one(random, ids), model(random));
                        }
                        what = "register " + datasets.keySet() + " and " + models.keySet();
                        expected = canAct(caller);
                        if (expected) {
                            datasets.forEach((id, fields) -> register(caller, id, AssetKind.DATASET, fields));
                            models.forEach((id, fields) -> register(caller, id, AssetKind.MODEL, fields));
                        }
                        receipt = chain.send(caller, directory, ContractTransactions.registerAssets(datasets, models));
                    }
                    default -> {
                        UUID id = one(random, ids);
                        Expected asset = assets.get(id);
                        if (asset == null || asset.kind() != AssetKind.MODEL) {
                            continue;
                        }
                        String digest = sha256(random);
                        what = "verify " + id;
                        expected = canAct(caller)
                                && asset.organization().equals(boundTo.get(address(caller)))
                                && results.putIfAbsent(id, digest) == null;
                        String contract = reader.contractOf(directory, id).orElseThrow();
                        receipt = chain.send(caller, contract, ContractTransactions.verify(digest, MD5));
                    }
                }
                assertThat(receipt.isStatusOK())
                        .as("seed %d, step %d: %s by %s", seed, step, what, address(caller))
                        .isEqualTo(expected);
                succeeded += expected ? 1 : 0;
                if (step % 50 == 49) {
                    compare(reader, directory);
                }
            }
            compare(reader, directory);
            System.out.printf(
                    "seed %d: %d of %d transactions succeeded, %d assets, %d results%n",
                    seed, succeeded, STEPS, assets.size(), results.size());
            assertThat(assets).isNotEmpty();
        }
    }

    private void compare(ChainReader reader, String directory) {
        assertThat(reader.registrar(directory)).isEqualToIgnoringCase(registrar);
        for (Credentials account : accounts) {
            assertThat(reader.organizationOf(directory, address(account)))
                    .isEqualTo(canAct(account) ? Optional.of(boundTo.get(address(account))) : Optional.empty());
        }
        for (UUID id : ids) {
            Optional<AssetOnChain> onChain = reader.asset(directory, id);
            Expected expected = assets.get(id);
            assertThat(onChain.isPresent()).isEqualTo(expected != null);
            if (expected == null) {
                continue;
            }
            AssetOnChain asset = onChain.orElseThrow();
            assertThat(asset.kind()).isEqualTo(expected.kind());
            assertThat(asset.organizationId()).isEqualTo(expected.organization());
            assertThat(asset.owner()).isEqualToIgnoringCase(expected.owner());
            assertThat(addresses.computeIfAbsent(id, first -> asset.address())).isEqualTo(asset.address());
            assertThat(reader.assetAt(directory, asset.address())).contains(asset);
            switch (asset) {
                case AssetOnChain.Dataset dataset ->
                    assertThat(dataset.fields()).isEqualTo(expected.fields());
                case AssetOnChain.Model model -> {
                    assertThat(model.fields()).isEqualTo(expected.fields());
                    assertThat(model.result() == null ? null : model.result().sha256())
                            .isEqualTo(results.get(id));
                }
            }
            assertThat(reader.evidence(directory, id).orElseThrow().isGenuine()).isTrue();
        }
    }

    private Credentials entitled(int operation) {
        return accounts.stream()
                .filter(account -> operation < 3 ? address(account).equals(registrar) : canAct(account))
                .findFirst()
                .orElse(accounts.getFirst());
    }

    private boolean canAct(Credentials account) {
        return authorized.contains(address(account));
    }

    private boolean authorize(String caller, String company, UUID organization) {
        if (!caller.equals(registrar)
                || !boundTo.getOrDefault(company, organization).equals(organization)) {
            return false;
        }
        boundTo.put(company, organization);
        authorized.add(company);
        return true;
    }

    private boolean register(Credentials caller, UUID id, AssetKind kind, Object fields) {
        if (assets.containsKey(id)
                || fields instanceof ModelFields model
                        && !(is(model.datasetId(), AssetKind.DATASET) && is(model.sourceModelId(), AssetKind.MODEL))) {
            return false;
        }
        assets.put(id, new Expected(kind, boundTo.get(address(caller)), address(caller), fields));
        return true;
    }

    private boolean is(@Nullable UUID reference, AssetKind kind) {
        return reference == null
                || assets.containsKey(reference) && assets.get(reference).kind() == kind;
    }

    private static DatasetFields dataset(Random random) {
        return new DatasetFields("d".repeat(random.nextInt(40)), random.nextLong(Long.MAX_VALUE), MD5, sha256(random));
    }

    private ModelFields model(Random random) {
        return new ModelFields(
                new UUID(random.nextLong(), 1),
                random.nextInt(4) == 0 ? one(random, ids) : null,
                random.nextInt(6) == 0 ? one(random, ids) : null,
                random.nextBoolean() ? sha256(random) : null,
                random.nextBoolean() ? MD5 : null,
                random.nextBoolean() ? sha256(random) : null);
    }

    private static String sha256(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static <T> T one(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String address(Credentials account) {
        return account.getAddress();
    }
}
