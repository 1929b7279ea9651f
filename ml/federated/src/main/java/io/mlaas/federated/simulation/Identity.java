package io.mlaas.federated.simulation;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.Network;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells one simulation from another: settings, network, and who has which data. */
final class Identity {
    private final MessageDigest digest;

    private Identity() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    static String of(
            SimulationSettings settings, Network network, List<SimulatedClient> clients, Samples test, byte[] secret) {
        Identity identity = new Identity();
        identity.digest.update(secret);
        identity.add(settings.toString());
        identity.add(network.nodes().toString());
        identity.add(ParameterLayout.of(network).toString());
        for (SimulatedClient client : clients) {
            identity.add(client.name());
            identity.add(client.samples());
        }
        identity.add(test);
        return HexFormat.of().formatHex(identity.digest.digest());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private void add(Samples samples) {
        add(samples.shape() + " " + samples.count());
        for (float[] row : samples.features()) {
            add(row);
        }
        switch (samples.targets()) {
            case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                add(names.toString());
                ByteBuffer bytes = ByteBuffer.allocate(labels.length * Integer.BYTES);
                bytes.asIntBuffer().put(labels);
                digest.update(bytes);
            }
            case Samples.Targets.Values(float[][] values) -> {
                for (float[] row : values) {
                    add(row);
                }
            }
        }
    }

    private void add(float[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
        bytes.asFloatBuffer().put(row);
        digest.update(bytes);
    }
}
