package io.mlaas.neural.training;

import io.mlaas.neural.network.Weights;
import java.util.List;

/**
 * What a training gave.
 *
 * @param weights for the network as described (a softmax left out in training owns no weights)
 * @param best the epoch (from 1) whose weights these are
 * @param exchangeSeconds the part of the training's seconds in which gradients were exchanged with other workers
 * @param heldOut outputs of the trained network (before a softmax that was left out), one row per row of split.test
 * @param stopped why fewer epochs than asked for were trained; empty otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record TrainingResult(
        Weights weights,
        Loss loss,
        DataSplit split,
        List<EpochReport> epochs,
        int best,
        float[][] heldOut,
        double heldOutLoss,
        long steps,
        double trainingSeconds,
        double exchangeSeconds,
        String stopped) {}
