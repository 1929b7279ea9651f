package io.mlaas.federated.training;

import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.training.LocalTrainer;
import io.mlaas.neural.training.Loss;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A client's part of a round: trains from the round's model on its own samples and says what has changed. The same seed,
 * name and round give the same update wherever and whenever it is calculated. Holds the network inside the engine and may
 * act for one client after another; for one thread, the one that made it.
 */
public final class LocalTraining implements AutoCloseable {
    private final LocalTrainer trainer;
    private final LocalTrainer.Settings settings;
    private final long seed;

    public LocalTraining(Network network, Loss loss, LocalTrainer.Settings settings, long seed) {
        this.trainer = new LocalTrainer(network, loss);
        this.settings = settings;
        this.seed = seed;
    }

    /** The usual loss for the kind of targets. */
    public static Loss lossFor(Samples samples) {
        return samples.targets() instanceof Samples.Targets.Classes ? Loss.CROSS_ENTROPY : Loss.MSE;
    }

    /** The model before the first round. */
    public float[] initialModel() {
        return trainer.initial(seedOf(seed, "initial model", 0));
    }

    /**
     * @param model the round's, left as it is
     * @param round from 1
     */
    public ModelUpdate train(String client, int round, float[] model, Samples samples) {
        float[] delta = trainer.train(model, samples, settings, seedOf(seed, client, round));
        for (int i = 0; i < delta.length; i++) {
            delta[i] -= model[i];
        }
        return new ModelUpdate(client, samples.count(), delta);
    }

    public LocalTrainer.Evaluation evaluate(float[] model, Samples samples) {
        return trainer.evaluate(model, samples);
    }

    /** A seed of its own for everything that has a name: the first bytes of SHA-256(seed, round, name). */
    public static long seedOf(long seed, String name, int round) {
        try {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            byte[] message = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + text.length)
                    .putLong(seed)
                    .putInt(round)
                    .put(text)
                    .array();
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(message))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    @Override
    public void close() {
        trainer.close();
    }
}
