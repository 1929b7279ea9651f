package io.mlaas.federated.aggregation;

/**
 * What a client sends after local training.
 *
 * @param client its name
 * @param samples how many samples it trained on, as it says
 * @param delta its weights minus those it was given, laid out as {@link ParameterLayout} says; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record ModelUpdate(String client, long samples, float[] delta) {

    /** Euclidean length, summed in double precision in the order of the elements. */
    public double norm() {
        double squares = 0;
        for (float value : delta) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }
}
