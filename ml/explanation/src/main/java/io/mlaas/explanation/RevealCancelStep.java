package io.mlaas.explanation;

/** What positive and negative contributions to x do to f(x), averaged over which of them comes first. */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record RevealCancelStep(Traced input, Traced output, double[] rises, double[] falls) implements Step {

    static RevealCancelStep of(Traced x, Traced output, Function f) {
        int length = x.length();
        double[] outRise = new double[length];
        double[] outFall = new double[length];
        double[] rises = new double[length];
        double[] falls = new double[length];
        for (int i = 0; i < length; i++) {
            double x0 = x.before().at(i);
            double up = x.rise()[i];
            double down = x.fall()[i];
            double none = f.value(x0);
            double both = f.value(x0 + down + up);
            double withUp = f.value(x0 + up);
            double withDown = f.value(x0 + down);
            if (!Double.isFinite(withUp + withDown)) { // outside of where the function is defined: Rescale
                double quotient = Math.abs(up + down) < Tape.SMALL ? f.slope(x0) : (both - none) / (up + down);
                outRise[i] = quotient * up;
                outFall[i] = quotient * down;
                rises[i] = quotient;
                falls[i] = quotient;
                continue;
            }
            outRise[i] = (withUp - none + both - withDown) / 2;
            outFall[i] = (withDown - none + both - withUp) / 2;
            rises[i] = Math.abs(up) < Tape.SMALL ? f.slope(x0) : outRise[i] / up;
            falls[i] = Math.abs(down) < Tape.SMALL ? f.slope(x0) : outFall[i] / down;
        }
        output.split(outRise, outFall);
        return new RevealCancelStep(x, output, rises, falls);
    }

    @Override
    public void back(boolean split) {
        Selection.weighted(rises).transposed(output.multipliers(), input.multipliers(), Part.WHOLE);
        Selection.weighted(falls).transposed(output.fallMultipliers(), input.fallMultipliers(), Part.WHOLE);
    }
}
