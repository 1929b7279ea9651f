package io.mlaas.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.provenance.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** The registry on a real node: who may do what, and that its Merkle proofs are RFC 9162's. */
class AnchorRegistryTest {
    private static final int STEPS = Integer.getInteger("mlaas.fuzz.steps", 100);
    private static final HexFormat HEX = HexFormat.of();
    private static final Credentials REGISTRAR = Credentials.create("3001");
    private static final Credentials COMING = Credentials.create("3002");
    private static final Credentials STRANGER = Credentials.create("3003");
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final UUID GLOBEX = UUID.fromString("cbca0c5e-bbd6-4cf5-a357-54b4b5f01d0b");
    private static final String ROOT = "ab".repeat(32);
    private static final String KEY = "cd".repeat(32);

    private static TestChain chain;
    private static ChainReader reader;

    private String address = "";
    private RegistryReader registry;

    @BeforeAll
    static void startChain() throws Exception {
        chain = TestChain.start();
        reader = chain.reader();
    }

    @AfterAll
    static void stopChain() {
        reader.close();
        chain.close();
    }

    @BeforeEach
    void deploy() {
        address = chain.send(REGISTRAR, null, RegistryTransactions.deploy()).getContractAddress();
        registry = new RegistryReader(reader, address);
    }

    @Test
    void isThePublishedCodeAndItsDeployerTheRegistrar() {
        assertThat(registry.isGenuine()).isTrue();
        assertThat(registry.registrar()).isEqualTo(Addresses.checksummed(REGISTRAR.getAddress()));
        assertThat(registry.batchCount()).isZero();
        assertThat(new RegistryReader(reader, STRANGER.getAddress()).isGenuine())
                .isFalse();
    }

    @Test
    void aBatchIsFoundByItsNumberItsRootAndItsTransaction() {
        TransactionReceipt receipt = chain.send(REGISTRAR, address, RegistryTransactions.anchor(ROOT, 10_000));

        AnchoredBatch batch = registry.batchOf(ROOT).orElseThrow();
        assertThat(batch.number()).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(10_000);
        assertThat(batch.block()).isEqualTo(receipt.getBlockNumber().longValueExact());
        assertThat(registry.batch(1)).isEqualTo(batch);
        assertThat(registry.batchCount()).isEqualTo(1);
        ChainEvidence.Transaction transaction = registry.transactionOf(batch).orElseThrow();
        assertThat(transaction.hash()).isEqualTo(receipt.getTransactionHash());
        assertThat(transaction.blockTime()).isEqualTo(batch.time());
        assertThat(registry.batchOf("ac".repeat(32))).isEmpty();
    }

    @Test
    void aRootIsAnchoredOnceAndOnlyByTheRegistrar() {
        chain.send(REGISTRAR, address, RegistryTransactions.anchor(ROOT, 3));

        assertThat(refusal(REGISTRAR, RegistryTransactions.anchor(ROOT, 3)))
                .isEqualTo(ContractRefusal.ALREADY_ANCHORED);
        assertThat(refusal(REGISTRAR, RegistryTransactions.anchor(ROOT, 4)))
                .isEqualTo(ContractRefusal.ALREADY_ANCHORED);
        assertThat(refusal(STRANGER, RegistryTransactions.anchor("ee".repeat(32), 3)))
                .isEqualTo(ContractRefusal.NOT_REGISTRAR);
        String zeroRoot = RegistryTransactions.anchor(ROOT, 3).replace(ROOT, "00".repeat(32));
        assertThat(refusal(REGISTRAR, zeroRoot)).isEqualTo(ContractRefusal.ZERO_DIGEST);
        String zeroSize = RegistryTransactions.anchor("ee".repeat(32), 3).replaceAll("3$", "0");
        assertThat(refusal(REGISTRAR, zeroSize)).isEqualTo(ContractRefusal.EMPTY_BATCH);
        assertThatThrownBy(() -> registry.batch(2)).isInstanceOf(ChainException.class);
        assertThatThrownBy(() -> registry.batch(0)).isInstanceOf(ChainException.class);
    }

    @Test
    void theChainVerifiesEveryProofOfTreesOfEveryShapeAndNoOther() {
        for (int size : new int[] {1, 2, 3, 5, 8, 13, 21}) {
            List<byte[]> digests = digests(size);
            MerkleTree tree = MerkleTree.of(digests);
            String root = HEX.formatHex(tree.root());
            List<String> first = tree.path(0).stream().map(HEX::formatHex).toList();
            assertThat(registry.verify(root, HEX.formatHex(digests.getFirst()), 0, first))
                    .as("before it is anchored")
                    .isFalse();
            chain.send(REGISTRAR, address, RegistryTransactions.anchor(root, size));
            for (int index = 0; index < size; index++) {
                String digest = HEX.formatHex(digests.get(index));
                List<String> path =
                        tree.path(index).stream().map(HEX::formatHex).toList();
                assertThat(registry.verify(root, digest, index, path))
                        .as("%d of %d", index, size)
                        .isTrue();
                assertThat(registry.verify(root, digest, (index + 1) % Math.max(2, size), path))
                        .isFalse();
                assertThat(registry.verify(root, digest, size, path)).isFalse();
                assertThat(registry.verify(root, ROOT, index, path)).isFalse();
                List<String> longer = new ArrayList<>(path);
                longer.add(ROOT);
                assertThat(registry.verify(root, digest, index, longer)).isFalse();
                if (!path.isEmpty()) {
                    assertThat(registry.verify(root, digest, index, path.subList(1, path.size())))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aKeyIsOneOrganizationsUntilItIsRevokedForEver() {
        chain.send(REGISTRAR, address, RegistryTransactions.publishKey(ACME, KEY));
        chain.send(REGISTRAR, address, RegistryTransactions.publishKey(null, ROOT));

        PublishedKey published = registry.keyOf(KEY).orElseThrow();
        assertThat(published.organizationId()).isEqualTo(ACME);
        assertThat(published.revokedAt()).isNull();
        assertThat(registry.keyOf(ROOT).orElseThrow().organizationId()).isNull();
        assertThat(registry.keyOf("ee".repeat(32))).isEmpty();
        assertThat(chain.send(REGISTRAR, address, RegistryTransactions.publishKey(ACME, KEY))
                        .getLogs())
                .isEmpty();
        assertThat(refusal(REGISTRAR, RegistryTransactions.publishKey(GLOBEX, KEY)))
                .isEqualTo(ContractRefusal.KEY_OF_ANOTHER_ORGANIZATION);
        assertThat(refusal(REGISTRAR, RegistryTransactions.revokeKey(GLOBEX, KEY)))
                .isEqualTo(ContractRefusal.KEY_OF_ANOTHER_ORGANIZATION);
        assertThat(refusal(REGISTRAR, RegistryTransactions.revokeKey(ACME, "ee".repeat(32))))
                .isEqualTo(ContractRefusal.UNKNOWN_KEY);
        assertThat(refusal(STRANGER, RegistryTransactions.publishKey(ACME, "ee".repeat(32))))
                .isEqualTo(ContractRefusal.NOT_REGISTRAR);
        assertThat(refusal(STRANGER, RegistryTransactions.revokeKey(ACME, KEY)))
                .isEqualTo(ContractRefusal.NOT_REGISTRAR);

        chain.send(REGISTRAR, address, RegistryTransactions.revokeKey(ACME, KEY));

        PublishedKey revoked = registry.keyOf(KEY).orElseThrow();
        assertThat(revoked.revokedAt()).isAfterOrEqualTo(published.publishedAt());
        assertThat(refusal(REGISTRAR, RegistryTransactions.publishKey(ACME, KEY)))
                .isEqualTo(ContractRefusal.KEY_IS_REVOKED);
        assertThat(chain.send(REGISTRAR, address, RegistryTransactions.revokeKey(ACME, KEY))
                        .getLogs())
                .isEmpty();
    }

    @Test
    void theRegistrarsRolePassesOnAsTheDirectorysDoes() {
        assertThat(refusal(STRANGER, ContractTransactions.offerRegistrar(STRANGER.getAddress())))
                .isEqualTo(ContractRefusal.NOT_REGISTRAR);
        chain.send(REGISTRAR, address, ContractTransactions.offerRegistrar(COMING.getAddress()));
        assertThat(refusal(STRANGER, ContractTransactions.acceptRegistrar()))
                .isEqualTo(ContractRefusal.NOT_PENDING_REGISTRAR);
        chain.send(COMING, address, ContractTransactions.acceptRegistrar());

        assertThat(registry.registrar()).isEqualTo(Addresses.checksummed(COMING.getAddress()));
        assertThat(refusal(REGISTRAR, RegistryTransactions.anchor(ROOT, 1))).isEqualTo(ContractRefusal.NOT_REGISTRAR);
        assertThat(chain.send(COMING, address, RegistryTransactions.anchor(ROOT, 1))
                        .isStatusOK())
                .isTrue();
    }

    /** What the chain should know. */
    private record Expected(
            List<String> roots, Map<String, Long> sizes, Map<String, UUID> keys, Map<String, Boolean> revoked) {}

    @Test
    void whateverAnybodySendsTheChainSaysWhatAFewLinesOfJavaSay() {
        Random random = new Random(20_261_122);
        Expected expected = new Expected(new ArrayList<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        List<Credentials> accounts = List.of(REGISTRAR, COMING, STRANGER);
        Credentials registrar = REGISTRAR;
        @Nullable Credentials offered = null;
        int succeeded = 0;
        for (int step = 0; step < STEPS; step++) {
            Credentials caller = random.nextInt(3) > 0 ? registrar : accounts.get(random.nextInt(3));
            String digest = "%02x".formatted(1 + random.nextInt(60)).repeat(32);
            UUID organization = random.nextBoolean() ? ACME : GLOBEX;
            boolean may = caller.equals(registrar);
            boolean passes;
            String data;
            switch (random.nextInt(5)) {
                case 0 -> {
                    long size = 1 + random.nextInt(10_000);
                    passes = may && expected.sizes().putIfAbsent(digest, size) == null;
                    if (passes) {
                        expected.roots().add(digest);
                    }
                    data = RegistryTransactions.anchor(digest, size);
                }
                case 1 -> {
                    passes = may
                            && expected.keys()
                                    .getOrDefault(digest, organization)
                                    .equals(organization)
                            && !expected.revoked().containsKey(digest);
                    if (passes) {
                        expected.keys().put(digest, organization);
                    }
                    data = RegistryTransactions.publishKey(organization, digest);
                }
                case 2 -> {
                    passes = may && organization.equals(expected.keys().get(digest));
                    if (passes) {
                        expected.revoked().put(digest, true);
                    }
                    data = RegistryTransactions.revokeKey(organization, digest);
                }
                case 3 -> {
                    Credentials to = accounts.get(random.nextInt(3));
                    passes = may;
                    offered = passes ? to : offered;
                    data = ContractTransactions.offerRegistrar(to.getAddress());
                }
                default -> {
                    passes = caller.equals(offered);
                    if (passes) {
                        registrar = caller;
                        offered = null;
                    }
                    data = ContractTransactions.acceptRegistrar();
                }
            }
            assertThat(chain.send(caller, address, data).isStatusOK())
                    .as("step %d", step)
                    .isEqualTo(passes);
            succeeded += passes ? 1 : 0;
        }
        assertThat(succeeded).isBetween(STEPS / 5, STEPS - STEPS / 5);
        assertThat(registry.registrar()).isEqualTo(Addresses.checksummed(registrar.getAddress()));
        assertThat(registry.batchCount()).isEqualTo(expected.roots().size());
        for (int i = 0; i < expected.roots().size(); i++) {
            String root = expected.roots().get(i);
            assertThat(registry.batch(i + 1)).isEqualTo(registry.batchOf(root).orElseThrow());
            assertThat(registry.batch(i + 1).size()).isEqualTo(expected.sizes().get(root));
        }
        expected.keys().forEach((fingerprint, organization) -> {
            PublishedKey key = registry.keyOf(fingerprint).orElseThrow();
            assertThat(key.organizationId()).isEqualTo(organization);
            assertThat(key.revokedAt() != null).isEqualTo(expected.revoked().containsKey(fingerprint));
        });
    }

    private @Nullable ContractRefusal refusal(Credentials from, String data) {
        return ContractRefusal.of(chain.revertData(from, address, data)).orElse(null);
    }

    private static List<byte[]> digests(int n) {
        Random random = new Random(n);
        List<byte[]> digests = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            byte[] digest = new byte[32];
            random.nextBytes(digest);
            digests.add(digest);
        }
        return digests;
    }
}
