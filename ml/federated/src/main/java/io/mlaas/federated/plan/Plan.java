package io.mlaas.federated.plan;

import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.pate.VoteMechanism;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A federation as its author asked for it, with all that was left out filled in.
 *
 * @param seed decides everything that is drawn; null: drawn when the federation starts and told nobody
 */
public record Plan(
        String name,
        Engine engine,
        TopologyPlan topology,
        TrainingPlan training,
        AggregationPlan aggregation,
        PrivacyPlan privacy,
        ModelPlan model,
        DataPlan data,
        @Nullable Long seed) {

    public enum Engine {
        FEDAVG,
        FEDPATE,
        FLARE,
        FLOWER
    }

    /** @throws InvalidPlanException with every rule that is broken */
    public static Plan parse(String json) {
        return PlanReader.read(json);
    }

    /** @throws InvalidPlanException with every rule that is broken */
    public static Plan of(JsonNode json) {
        return PlanReader.read(json);
    }

    /** The plan with what was filled in; parsed again it is equal to this one. */
    public ObjectNode toJson() {
        return PlanWriter.write(this);
    }

    /** The plan's document: its digest names the plan. */
    public String json() {
        return toJson().toString();
    }

    /** Digest of {@link #json()}, 64 lower-case hex digits. */
    public String sha256() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(json().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    /**
     * What the whole plan costs the clients, before it runs: for each client (a teacher of engine fedpate) all of its
     * samples together.
     */
    public PrivacyCost privacyCost() {
        return PrivacyOfPlan.cost(this, topology.rounds());
    }

    /** What has been spent after so many rounds; engine fedpate spends all when its teachers have voted. */
    public PrivacyCost privacyCostAfter(int rounds) {
        return PrivacyOfPlan.cost(this, rounds);
    }

    /** What holds against the server too: of the noise that clients add themselves; empty if they add none. */
    public Optional<PrivacyCost> privacyCostAtClients() {
        return PrivacyOfPlan.ofClients(this, topology.rounds());
    }

    /** Standard deviation of the noise on the sum, in clipping norms: as planned or solved for the target; 0 is none. */
    public double noiseMultiplier() {
        return PrivacyOfPlan.noiseMultiplier(this);
    }

    /** How the teachers of engine fedpate are asked; empty: without noise. */
    public Optional<VoteMechanism> voteMechanism() {
        return PrivacyOfPlan.voteMechanism(this);
    }

    public boolean real() {
        return topology.mode() == TopologyPlan.Mode.REAL;
    }
}
