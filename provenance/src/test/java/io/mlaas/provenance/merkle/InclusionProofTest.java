package io.mlaas.provenance.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.mlaas.provenance.InvalidEvidenceException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InclusionProofTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void isReadAsItIsWritten() {
        InclusionProof proof = proof();

        InclusionProof read = InclusionProof.parse(proof.toJson());

        assertThat(read).isEqualTo(proof);
        read.verify();
        assertThat(text(proof))
                .startsWith("{\"format\":\"mlaas-inclusion-proof/1\",\"digest\":\"" + proof.digest()
                        + "\",\"log_index\":5,\"tree_size\":11,\"hashes\":[\"")
                .endsWith(",\"chain_id\":1337,\"registry\":\"0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9\",\"batch\":3"
                        + ",\"transaction\":\"0x" + "ab".repeat(32)
                        + "\",\"block\":17,\"block_time\":\"2026-11-22T18:00:00Z\"}");
    }

    @Test
    void everyFlippedBitIsRefusedOrChangesWhatOnlyTheChainKnows() {
        InclusionProof proof = proof();
        byte[] json = proof.toJson();
        int refused = 0;
        for (int at = 0; at < json.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = json.clone();
                flipped[at] ^= (byte) (1 << bit);
                try {
                    InclusionProof read = InclusionProof.parse(flipped);
                    read.verify();
                    assertThat(placeOnChain(read)).isNotEqualTo(placeOnChain(proof));
                } catch (InvalidEvidenceException e) {
                    assertThat(e.getMessage()).isNotBlank();
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(json.length * 7);
    }

    /** What a proof says about the chain; whoever checks it compares each of these with the chain. */
    private static List<Object> placeOnChain(InclusionProof proof) {
        return List.of(
                proof.chainId(),
                proof.registry(),
                proof.batch(),
                proof.transaction(),
                proof.block(),
                proof.blockTime(),
                proof.treeSize());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"log_index\":5 | \"log_index\":4 | root: ",
                "\"log_index\":5 | \"log_index\":11 | log_index: 11 (expected: >= 0 and < 11)",
                "\"tree_size\":11 | \"tree_size\":4 | log_index: 5 (expected: >= 0 and < 4)",
                "\"tree_size\":11 | \"tree_size\":1.1 | tree_size (expected: a whole number)",
                "\"tree_size\":11 | \"tree_size\":17 | hashes: 4 (expected: as many as lead from leaf 5 to the root of 17",
                "proof/1 | proof/2 | format: mlaas-inclusion-proof/2 (expected: mlaas-inclusion-proof/1)",
                "\"batch\":3 | \"batch\":3,\"batch\":3 | proof: not JSON: Duplicate",
                "\"batch\":3 | \"batch\":3,\"more\":1 | more: not a member of mlaas-inclusion-proof/1",
                "\"batch\":3, | '' | batch (expected: present)",
                "\"batch\":3 | \"batch\": 3 | proof: not in its one spelling",
                "18:00:00Z | 18:00:00.5Z | block_time: 2026-11-22T18:00:00.500Z (expected: whole seconds)",
                "18:00:00Z | 19:00:00+01:00 | proof: not in its one spelling",
                "\"chain_id\":1337 | \"chain_id\":0 | chain_id: 0 (expected: >= 1)",
            })
    void namesWhatIsWrong(String part, String instead, String message) {
        byte[] json =
                text(proof()).replace(part, instead.equals("''") ? "" : instead).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> InclusionProof.parse(json).verify())
                .isInstanceOf(InvalidEvidenceException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void nothingMayFollow() {
        String json = text(proof());
        for (String more : List.of("\n", " ", "{}", "\u0000")) {
            try {
                InclusionProof.parse((json + more).getBytes(StandardCharsets.UTF_8));
                fail("taken with " + more + " behind it");
            } catch (InvalidEvidenceException e) {
                assertThat(e.getMessage()).startsWith("proof: not ");
            }
        }
    }

    private static String text(InclusionProof proof) {
        return new String(proof.toJson(), StandardCharsets.UTF_8);
    }

    private static InclusionProof proof() {
        List<byte[]> digests = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            digests.add(new TreeHash().leaf(new byte[] {(byte) i}));
        }
        MerkleTree tree = MerkleTree.of(digests);
        return new InclusionProof(
                HEX.formatHex(digests.get(5)),
                5,
                11,
                tree.path(5).stream().map(HEX::formatHex).toList(),
                HEX.formatHex(tree.root()),
                1337,
                "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
                3,
                "0x" + "ab".repeat(32),
                17,
                Instant.parse("2026-11-22T18:00:00Z"));
    }
}
