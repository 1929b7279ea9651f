package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged copies of every fixture: each is translated, or refused with a reason, in bounded memory. */
class MutatedFilesTest {
    private static final int MUTANTS = 600;
    private static final long MAX_ALLOCATED = 256L << 20;
    private static final long MAX_FIXTURE = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    private final OnnxTranslator translator = new OnnxTranslator(new ReadLimits(10_000, 16 << 20, 1 << 20));

    private static List<Path> fixtures() throws IOException, URISyntaxException {
        Path torchscript = Path.of(
                MutatedFilesTest.class.getResource("/torchscript/mlp.json").toURI());
        OnnxTranslator translator = new OnnxTranslator();
        try (Stream<Path> files = Files.walk(torchscript.getParent().getParent())) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> f.toFile().length() <= MAX_FIXTURE)
                    .filter(f -> isModel(translator, f))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isModel(OnnxTranslator translator, Path file) {
        try {
            return translator.formatOf(file).isPresent();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void endInATranslationOrARefusal() throws Exception {
        List<Path> fixtures = fixtures();
        assertThat(fixtures).isNotEmpty();
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            Random random = new Random(i);
            Path fixture = fixtures.get(random.nextInt(fixtures.size()));
            byte[] mutant = mutated(Files.readAllBytes(fixture), random);
            Path file = Files.write(folder.resolve(fixture.getFileName().toString()), mutant);
            String what = "mutant " + i + " of " + fixture.getFileName();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            Optional<String> reason = refusal(file, what);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as(what).isLessThan(MAX_ALLOCATED);
            if (reason.isPresent()) {
                refused++;
                assertThat(reason.get()).as(what).isNotBlank();
            }
            Files.delete(file);
        }
        assertThat(refused).isPositive();
    }

    /** Why it was refused; anything but a refusal is a failure of the test. */
    @SuppressWarnings("CatchingUnchecked") // that is what is looked for
    private Optional<String> refusal(Path file, String what) {
        try (SourceModel model = translator.open(file)) {
            model.unsupported();
            model.translate(TranslationOptions.DEFAULT.withInputShape(4));
            return Optional.empty();
        } catch (TranslationRefused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return fail(what + " ended in " + e, e);
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutant = bytes.clone();
        int times = 1 + random.nextInt(4);
        for (int t = 0; t < times && mutant.length > 8; t++) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(5)) {
                case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutant[at] = (byte) random.nextInt(256);
                case 2 -> mutant = java.util.Arrays.copyOf(mutant, at);
                case 3 -> {
                    int length = Math.min(1 + random.nextInt(8), mutant.length - at);
                    java.util.Arrays.fill(mutant, at, at + length, random.nextBoolean() ? (byte) 0xff : 0);
                }
                default -> {
                    int from = random.nextInt(mutant.length);
                    int length = Math.min(1 + random.nextInt(64), mutant.length - Math.max(at, from));
                    System.arraycopy(mutant, from, mutant, at, length);
                }
            }
        }
        return mutant;
    }
}
