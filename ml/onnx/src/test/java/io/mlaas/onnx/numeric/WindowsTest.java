package io.mlaas.onnx.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.onnx.numeric.Windows.Window;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions against their definition, number by number. */
class WindowsTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 5;

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "3, 7, 1, 1", "4, 6, 2, 1", "10, 4, 2, 2", "8, 8, 8, 1", "6, 9, 3, 2"})
    void convolveAsTheDefinitionSays(int channels, int filters, int groups, int stride) {
        Random random = new Random(5);
        Array x = random(random, 2, HEIGHT, WIDTH, channels);
        Array kernel = random(random, 3, 2, channels / groups, filters);
        Window window = new Window(
                new int[] {3, 2}, new int[] {stride, 1}, new int[] {1, 2}, new int[] {1, 0}, new int[] {1, 2});
        Array y = Windows.convolve(x, kernel, window, groups);
        int rows = (HEIGHT + 2 - 3) / stride + 1;
        assertThat(y.shape()).containsExactly(2, rows, WIDTH, filters);
        for (int i = 0; i < y.values().length; i++) {
            int filter = i % filters;
            int column = i / filters % WIDTH;
            int row = i / filters / WIDTH % rows;
            int sample = i / filters / WIDTH / rows;
            assertThat(y.at(i))
                    .isCloseTo(defined(x, kernel, sample, row * stride - 1, column, filter, groups), within(1e-12));
        }
    }

    private static double defined(Array x, Array kernel, int sample, int top, int left, int filter, int groups) {
        int channels = x.size(-1);
        int perGroup = channels / groups;
        int filters = kernel.size(-1);
        int first = filter / (filters / groups) * perGroup;
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 2; j++) {
                int row = top + i;
                int column = left + 2 * j;
                for (int c = 0; c < perGroup && row >= 0 && row < HEIGHT && column < WIDTH; c++) {
                    sum += x.at(((sample * HEIGHT + row) * WIDTH + column) * channels + first + c)
                            * kernel.at(((i * 2 + j) * perGroup + c) * filters + filter);
                }
            }
        }
        return sum;
    }

    private static Array random(Random random, int... shape) {
        return Array.of(random.doubles(Array.elements(shape), -1, 1).toArray(), shape);
    }
}
