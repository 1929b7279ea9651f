package io.mlaas.onnx.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
    private final ByteBuffer six = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);

    StoredTensorTest() {
        six.asFloatBuffer().put(new float[] {0, 1, 2, 3, 4, 5});
    }

    private StoredTensor view(long offset, long[] sizes, long[] strides) {
        return new StoredTensor("data/0", ElementType.FLOAT32, six, offset, sizes, strides);
    }

    private static float[] floats(StoredTensor tensor) {
        FloatBuffer buffer = tensor.data()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Test
    void readsContiguousTransposedAndSlicedViews() {
        assertThat(floats(view(0, new long[] {2, 3}, new long[] {3, 1}))).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(floats(view(0, new long[] {3, 2}, new long[] {1, 3}))).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(floats(view(1, new long[] {2}, new long[] {3}))).containsExactly(1, 4);
        assertThat(floats(view(2, new long[] {2, 2}, new long[] {0, 1}))).containsExactly(2, 3, 2, 3);
        assertThat(view(4, new long[] {}, new long[] {}).scalar()).isEqualTo(4);
    }

    @Test
    void refusesAViewOutsideItsStorage() {
        assertThatThrownBy(() -> view(1, new long[] {2, 3}, new long[] {3, 1}))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("element 6 of storage data/0 (expected: < 6)");
        assertThatThrownBy(() -> view(-1, new long[] {2}, new long[] {1})).isInstanceOf(TranslationRefused.class);
        assertThatThrownBy(() -> view(0, new long[] {2}, new long[] {-1})).isInstanceOf(TranslationRefused.class);
    }

    @Test
    void refusesAShapeThatRepeatsAFewElementsToGigabytes() {
        assertThatThrownBy(() -> view(0, new long[] {1 << 15, 1 << 15}, new long[] {0, 0}))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("over a storage of 6 elements");
        assertThatThrownBy(() -> view(0, new long[] {1L << 40, 1L << 40}, new long[] {0, 0}))
                .isInstanceOf(TranslationRefused.class);
    }
}
