package io.mlaas.provenance.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.mlaas.provenance.InvalidEvidenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int MANY = 200;

    /** Leaves and roots of the test vectors of Certificate Transparency's reference implementation. */
    private static final List<String> CT_LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> CT_ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void hasTheRootsOfCertificateTransparencysVectors() {
        List<byte[]> leaves = CT_LEAVES.stream().map(HEX::parseHex).toList();

        for (int n = 0; n <= leaves.size(); n++) {
            assertThat(HEX.formatHex(MerkleTree.of(leaves.subList(0, n)).root()))
                    .as("%d leaves", n)
                    .isEqualTo(CT_ROOTS.get(n));
        }
    }

    @Test
    void isTheTreeThatTheRfcDefinesBySplitting() {
        for (int n = 1; n <= MANY; n++) {
            List<byte[]> leaves = leaves(n);
            MerkleTree tree = MerkleTree.of(leaves);
            BySplitting splitting = new BySplitting(leaves);

            assertThat(tree.size()).isEqualTo(n);
            assertThat(tree.root()).as("%d leaves", n).isEqualTo(splitting.root());
            for (int index = 0; index < n; index++) {
                assertThat(hex(tree.path(index))).isEqualTo(hex(splitting.path(index)));
            }
        }
    }

    @Test
    void everyPathLeadsToTheRootAndOnlyFromItsLeaf() {
        for (int n = 1; n <= MANY; n++) {
            List<byte[]> leaves = leaves(n);
            MerkleTree tree = MerkleTree.of(leaves);
            for (int index = 0; index < n; index++) {
                List<byte[]> path = tree.path(index);
                byte[] leaf = leaves.get(index);

                assertThat(MerklePath.root(leaf, index, n, path)).isEqualTo(tree.root());
                // The rest of the others differ from these in how far they are only.
                for (int other : new int[] {index + 1, index ^ 1, n - 1 - index}) {
                    if (other != index && leadsTo(tree.root(), leaf, other, n, path)) {
                        fail("leaf %d of %d passes as %d", index, n, other);
                    }
                }
                byte[] changed = leaf.clone();
                changed[index % changed.length] ^= 1;
                assertThat(leadsTo(tree.root(), changed, index, n, path)).isFalse();
            }
        }
    }

    @Test
    void refusesAPathThatIsTooShortOrTooLongAndEveryChangedHash() {
        for (int n : new int[] {1, 2, 3, 7, 64, 65, 199}) {
            List<byte[]> leaves = leaves(n);
            MerkleTree tree = MerkleTree.of(leaves);
            for (int index = 0; index < n; index++) {
                List<byte[]> path = tree.path(index);
                byte[] leaf = leaves.get(index);
                List<byte[]> longer = new ArrayList<>(path);
                longer.add(new byte[32]);
                assertThat(leadsTo(tree.root(), leaf, index, n, longer)).isFalse();
                for (int i = 0; i < path.size(); i++) {
                    List<byte[]> shorter = new ArrayList<>(path);
                    shorter.remove(i);
                    assertThat(leadsTo(tree.root(), leaf, index, n, shorter)).isFalse();
                    List<byte[]> changed = new ArrayList<>(path);
                    changed.set(i, path.get(i).clone());
                    changed.get(i)[i % 32] ^= (byte) 0x80;
                    assertThat(leadsTo(tree.root(), leaf, index, n, changed)).isFalse();
                }
            }
        }
    }

    @Test
    void aSizeOfAnotherShapeIsRefused() {
        List<byte[]> leaves = leaves(100);
        MerkleTree tree = MerkleTree.of(leaves);

        // 100 leaves have paths of 7 or fewer hashes; the last has 4.
        assertThat(leadsTo(tree.root(), leaves.get(99), 99, 101, tree.path(99))).isFalse();
        assertThat(leadsTo(tree.root(), leaves.get(99), 99, 128, tree.path(99))).isFalse();
        assertThatThrownBy(() -> MerklePath.root(leaves.get(0), 0, 64, tree.path(0)))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessage("hashes: 7 (expected: as many as lead from leaf 0 to the root of 64 leaves)");
        assertThatThrownBy(() -> MerklePath.root(leaves.get(0), 100, 100, tree.path(0)))
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessage("log_index: 100 (expected: >= 0 and < 100)");
    }

    @Test
    void noLeafPassesAsAnother() {
        for (int n = 1; n <= 40; n++) {
            List<byte[]> leaves = leaves(n);
            MerkleTree tree = MerkleTree.of(leaves);
            for (int index = 0; index < n; index++) {
                for (int other = 0; other < n; other++) {
                    if (other != index && leadsTo(tree.root(), leaves.get(index), other, n, tree.path(index))) {
                        fail("leaf %d of %d passes as %d", index, n, other);
                    }
                }
            }
        }
    }

    private static List<String> hex(List<byte[]> hashes) {
        return hashes.stream().map(HEX::formatHex).toList();
    }

    private static boolean leadsTo(byte[] root, byte[] leaf, long index, long size, List<byte[]> path) {
        try {
            return Arrays.equals(root, MerklePath.root(leaf, index, size, path));
        } catch (InvalidEvidenceException e) {
            return false;
        }
    }

    private static List<byte[]> leaves(int n) {
        Random random = new Random(n);
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            byte[] leaf = new byte[32];
            random.nextBytes(leaf);
            leaves.add(leaf);
        }
        return leaves;
    }

    /** MTH and PATH of RFC 6962, 2.1, word for word. */
    private static final class BySplitting {
        private final TreeHash hash = new TreeHash();
        private final Map<List<Integer>, byte[]> roots = new HashMap<>();
        private final List<byte[]> leaves;

        BySplitting(List<byte[]> leaves) {
            this.leaves = leaves;
        }

        byte[] root() {
            return root(0, leaves.size());
        }

        List<byte[]> path(int m) {
            return path(m, 0, leaves.size());
        }

        private byte[] root(int from, int to) {
            byte[] known = roots.get(List.of(from, to));
            if (known == null) {
                int middle = from + Integer.highestOneBit(Math.max(1, to - from - 1));
                known = to - from == 1 ? hash.leaf(leaves.get(from)) : hash.node(root(from, middle), root(middle, to));
                roots.put(List.of(from, to), known);
            }
            return known;
        }

        private List<byte[]> path(int m, int from, int to) {
            if (to - from == 1) {
                return new ArrayList<>();
            }
            int k = Integer.highestOneBit(to - from - 1);
            boolean left = m < k;
            List<byte[]> path = left ? path(m, from, from + k) : path(m - k, from + k, to);
            path.add(left ? root(from + k, to) : root(from, from + k));
            return path;
        }
    }
}
