import io.mlaas.provenance.merkle.InclusionProof;
import io.mlaas.provenance.merkle.MerkleTree;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Builds trees of digests and prints what they, their proofs and the proofs' verification cost: medians of the rounds. */
public final class Merkle {
    private static final int PROOFS = 10_000;
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] arguments) {
        int leaves = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        byte[][] digests = new byte[leaves][32];
        Random random = new Random(1);
        for (byte[] digest : digests) {
            random.nextBytes(digest);
        }
        for (int size : new int[] {10_000, leaves}) {
            // The first rounds are the compiler's.
            measure(digests, size, 2);
            System.out.println(measure(digests, size, rounds));
        }
    }

    private static String measure(byte[][] digests, int size, int rounds) {
        double[] build = new double[rounds];
        double[] make = new double[rounds];
        double[] verify = new double[rounds];
        int bytes = 0;
        int hashes = 0;
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            MerkleTree.Builder builder = new MerkleTree.Builder();
            for (int i = 0; i < size; i++) {
                builder.add(digests[i]);
            }
            MerkleTree tree = builder.build();
            String root = HEX.formatHex(tree.root());
            build[round] = (System.nanoTime() - start) / 1e6;
            byte[][] proofs = new byte[PROOFS][];
            start = System.nanoTime();
            for (int i = 0; i < PROOFS; i++) {
                int index = (int) ((long) i * size / PROOFS);
                List<String> path = tree.path(index).stream().map(HEX::formatHex).toList();
                proofs[i] = new InclusionProof(
                                HEX.formatHex(digests[index]),
                                index,
                                size,
                                path,
                                root,
                                1337,
                                "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
                                1,
                                "0x" + "ab".repeat(32),
                                17,
                                Instant.parse("2026-11-22T18:00:00Z"))
                        .toJson();
                bytes = Math.max(bytes, proofs[i].length);
                hashes = Math.max(hashes, path.size());
            }
            make[round] = (System.nanoTime() - start) / 1e3 / PROOFS;
            start = System.nanoTime();
            for (byte[] proof : proofs) {
                InclusionProof.parse(proof).verify();
            }
            verify[round] = (System.nanoTime() - start) / 1e3 / PROOFS;
        }
        return String.format(
                Locale.ROOT,
                "%,d leaves: built in %.1f ms (%.2f million a second), tree %.1f MB; a proof has up to %d hashes, %,d bytes,"
                        + " is made in %.1f us and read and verified in %.1f us",
                size,
                median(build),
                size / median(build) / 1e3,
                size * 64 / 1e6,
                hashes,
                bytes,
                median(make),
                median(verify));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
