package io.mlaas.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.function.Consumer;

/** Changes every byte of a document in turn, in several ways: all must be refused, with a reason. */
public final class Flips {
    private static final int[] MASKS = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, 0x2a};

    private Flips() {}

    /** @param check accepts the document as it is, and throws {@link InvalidEvidenceException} for any other */
    public static void assertAllRefused(byte[] document, Consumer<byte[]> check) {
        assertAllRefused(document, check, MASKS);
    }

    public static void assertAllRefused(byte[] document, Consumer<byte[]> check, int... masks) {
        check.accept(document);
        for (int i = 0; i < document.length; i++) {
            for (int mask : masks) {
                byte[] changed = document.clone();
                changed[i] ^= (byte) mask;
                assertRefused(changed, check, "byte " + i + " with mask " + mask);
            }
        }
    }

    private static void assertRefused(byte[] changed, Consumer<byte[]> check, String what) {
        try {
            check.accept(changed);
        } catch (InvalidEvidenceException e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            return;
        } catch (RuntimeException e) {
            fail(what + ": refused by accident", e);
        }
        fail(what + ": accepted");
    }
}
