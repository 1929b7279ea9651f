package io.mlaas.explanation;

/**
 * A convolution, or its transpose.
 *
 * @param kernel (small channels, big channels per group, taps), where a convolution goes from big to small
 * @param transpose whether it goes from small to big
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record ConvolutionMap(
        double[] kernel,
        WindowPlaces places,
        int batch,
        int smallChannels,
        int bigPerGroup,
        int groups,
        boolean transpose)
        implements LocalMap {

    @Override
    public void apply(double[] difference, double[] output, Part part) {
        if (transpose) {
            toBig(difference, output, part);
        } else {
            toSmall(difference, output, part);
        }
    }

    @Override
    public void transposed(double[] multipliers, double[] input, Part part) {
        if (transpose) {
            toSmall(multipliers, input, part);
        } else {
            toBig(multipliers, input, part);
        }
    }

    /** One weight of the kernel, and the planes that it joins. */
    private interface Weight {
        void join(double weight, int tap, int bigPlane, int smallPlane);
    }

    private void toSmall(double[] big, double[] small, Part part) {
        int positions = places.positions();
        each(part, (weight, tap, bigPlane, smallPlane) -> {
            for (int p = 0; p < positions; p++) {
                int source = places.sources()[tap * positions + p];
                if (source >= 0) {
                    small[smallPlane + p] += weight * big[bigPlane + source];
                }
            }
        });
    }

    private void toBig(double[] small, double[] big, Part part) {
        int positions = places.positions();
        each(part, (weight, tap, bigPlane, smallPlane) -> {
            for (int p = 0; p < positions; p++) {
                int source = places.sources()[tap * positions + p];
                if (source >= 0) {
                    big[bigPlane + source] += weight * small[smallPlane + p];
                }
            }
        });
    }

    private void each(Part part, Weight weight) {
        int taps = places.taps();
        int bigSize = WindowPlaces.size(places.big());
        int smallPerGroup = smallChannels / groups;
        for (int sample = 0; sample < batch; sample++) {
            for (int f = 0; f < smallChannels; f++) {
                int smallPlane = (sample * smallChannels + f) * places.positions();
                for (int c = 0; c < bigPerGroup; c++) {
                    int channel = f / smallPerGroup * bigPerGroup + c;
                    int bigPlane = (sample * bigPerGroup * groups + channel) * bigSize;
                    for (int tap = 0; tap < taps; tap++) {
                        double w = part.of(kernel[(f * bigPerGroup + c) * taps + tap]);
                        if (w != 0) {
                            weight.join(w, tap, bigPlane, smallPlane);
                        }
                    }
                }
            }
        }
    }
}
