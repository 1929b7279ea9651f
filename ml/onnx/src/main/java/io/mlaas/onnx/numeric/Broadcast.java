package io.mlaas.onnx.numeric;

import java.util.Arrays;

/** An array as if it had a larger shape, read from its beginning to its end, some elements at a time. */
final class Broadcast {
    private final Array array;
    private final int[] shape;
    private final int[] steps;

    /** Axes from here on are alike: they lie in a row, or all repeat one element. */
    private final int inner;

    private final int run;
    private final boolean repeated;
    private final int[] index;
    private int at;
    private int done;

    Broadcast(Array array, int... shape) {
        this.array = array;
        this.shape = shape.clone();
        this.index = new int[shape.length];
        this.steps = steps(array, shape);
        int axis = shape.length;
        while (axis > 0 && shape[axis - 1] == 1) {
            axis--;
        }
        this.repeated = axis > 0 && steps[axis - 1] == 0;
        int count = 1;
        while (axis > 0 && (shape[axis - 1] == 1 || steps[axis - 1] == (repeated ? 0 : count))) {
            axis--;
            count *= shape[axis];
        }
        this.inner = axis;
        this.run = count;
    }

    private static int[] steps(Array array, int... shape) {
        int[] own = array.shape();
        int[] strides = Array.strides(own);
        int[] steps = new int[shape.length];
        for (int i = 1; i <= own.length; i++) {
            steps[shape.length - i] = own[own.length - i] == 1 ? 0 : strides[own.length - i];
        }
        return steps;
    }

    /** The next elements. */
    void read(double[] into, int count) {
        int filled = 0;
        while (filled < count) {
            if (!repeated && done == 0 && run == array.length() && filled >= run) {
                int again = Math.min(count - filled, filled - filled % run);
                System.arraycopy(into, filled - (filled - filled % run), into, filled, again);
                filled += again;
                done = again % run;
                continue;
            }
            int part = Math.min(count - filled, run - done);
            if (repeated) {
                Arrays.fill(into, filled, filled + part, array.at(at));
            } else {
                array.copy(at + done, into, filled, part);
            }
            filled += part;
            done += part;
            if (done == run) {
                done = 0;
                advance();
            }
        }
    }

    private void advance() {
        for (int axis = inner - 1; axis >= 0; axis--) {
            at += steps[axis];
            if (++index[axis] < shape[axis]) {
                return;
            }
            at -= steps[axis] * shape[axis];
            index[axis] = 0;
        }
    }
}
