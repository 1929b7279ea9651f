package io.mlaas.statistics.drift;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Drift of many columns together by the error of a reconstruction, as NannyML's {@code DataReconstructionDriftCalculator}: the
 * reference is scaled to mean 0 and variance 1, its principal components are found that explain 65 % of the variance, and what is
 * lost when a row is expressed in these is the row's error. Where columns lose the relation they had in the reference, the mean
 * error moves, though each column alone may look as ever. Chunks outside mean ± 3 standard deviations of the reference's chunks
 * are drift.
 */
public final class PcaReconstruction {
    private static final double VARIANCE = 0.65;
    private static final double DEVIATIONS = 3;
    private static final int LEAST = 2;

    private final double[] means;
    private final double[] scales;
    private final double[][] components;
    private final double lower;
    private final double upper;

    private PcaReconstruction(double[] means, double[] scales, double[][] components, double lower, double upper) {
        this.means = means;
        this.scales = scales;
        this.components = components;
        this.lower = lower;
        this.upper = upper;
    }

    /**
     * @param error mean over the rows of the Euclidean distance to the reconstruction
     * @param drifted whether it is outside the two limits
     */
    public record Result(double error, double lower, double upper, boolean drifted) {}

    /**
     * @param reference chunks of rows, 2 or more, of the size that will be compared; finite numbers only: fill in what is missing
     *     first, with the reference's mean for instance
     */
    public static PcaReconstruction fit(double[][][] reference) {
        if (reference.length < LEAST) {
            throw new IllegalArgumentException(
                    "reference: " + reference.length + " chunks (expected: at least " + LEAST + ")");
        }
        double[][] rows = Arrays.stream(reference).flatMap(Arrays::stream).toArray(double[][]::new);
        if (rows.length < LEAST || rows[0].length == 0) {
            throw new IllegalArgumentException(
                    "reference: " + rows.length + " rows (expected: at least 2, of at least 1 column)");
        }
        Rows.check("reference", rows, rows[0].length);
        double[] means = new double[rows[0].length];
        double[] scales = new double[means.length];
        for (int j = 0; j < means.length; j++) {
            int column = j;
            double[] values =
                    Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
            means[j] = Distances.mean(values);
            double deviation = Distances.standardDeviation(values);
            scales[j] = deviation > 0 ? deviation : 1;
        }
        PcaReconstruction unlimited = new PcaReconstruction(means, scales, components(rows, means, scales), 0, 0);
        double[] errors = Arrays.stream(reference).mapToDouble(unlimited::error).toArray();
        double mean = Distances.mean(errors);
        double deviation = Distances.standardDeviation(errors);
        return new PcaReconstruction(
                means,
                scales,
                unlimited.components,
                Math.max(0, mean - DEVIATIONS * deviation),
                mean + DEVIATIONS * deviation);
    }

    private static double[][] components(double[][] rows, double[] means, double[] scales) {
        int width = means.length;
        double[][] correlation = new double[width][width];
        double[] scaled = new double[width];
        for (double[] row : rows) {
            for (int j = 0; j < width; j++) {
                scaled[j] = (row[j] - means[j]) / scales[j];
                for (int k = 0; k <= j; k++) {
                    correlation[j][k] += scaled[j] * scaled[k];
                }
            }
        }
        double trace = 0;
        for (int j = 0; j < width; j++) {
            trace += correlation[j][j];
            for (int k = 0; k < j; k++) {
                correlation[k][j] = correlation[j][k];
            }
        }
        // descending eigenvalues
        EigenDecompositionSymmetric eigen =
                new EigenDecompositionSymmetric(new Array2DRowRealMatrix(correlation, false));
        int count = 0;
        double explained = 0;
        while (count < width && explained <= VARIANCE * trace) {
            explained += eigen.getEigenvalue(count++);
        }
        double[][] components = new double[count][];
        for (int c = 0; c < count; c++) {
            components[c] = eigen.getEigenvector(c).toArray();
        }
        return components;
    }

    /** How many principal components are kept. */
    public int components() {
        return components.length;
    }

    public Result test(double[][] chunk) {
        if (chunk.length == 0) {
            throw new IllegalArgumentException("chunk: 0 rows (expected: at least 1)");
        }
        Rows.check("chunk", chunk, means.length);
        double error = error(chunk);
        return new Result(error, lower, upper, error < lower || error > upper);
    }

    private double error(double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            sum += error(row);
        }
        return sum / rows.length;
    }

    /** The components are orthonormal: what is lost is the length of what remains after the projections. */
    private double error(double[] row) {
        double[] rest = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            rest[j] = (row[j] - means[j]) / scales[j];
        }
        double[] scaled = rest.clone();
        for (double[] component : components) {
            double projection = 0;
            for (int j = 0; j < row.length; j++) {
                projection += scaled[j] * component[j];
            }
            for (int j = 0; j < row.length; j++) {
                rest[j] -= projection * component[j];
            }
        }
        double squares = 0;
        for (double value : rest) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
