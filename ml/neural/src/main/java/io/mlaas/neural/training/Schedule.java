package io.mlaas.neural.training;

import io.mlaas.neural.network.JsonFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How the learning rate goes with the epochs: as {@code torch.optim.lr_scheduler} of the same name, stepped once per
 * epoch, after a linear rise over the first {@code warmup} epochs.
 *
 * @param floor least rate, of cosine and plateau
 */
public record Schedule(Kind kind, int warmup, int every, double factor, double floor, int patience) {

    /** Course of the rate. */
    public enum Kind {
        CONSTANT,
        STEP,
        EXPONENTIAL,
        COSINE,
        PLATEAU
    }

    static Schedule parse(@Nullable JsonNode node) {
        JsonNode object = node == null ? JsonNodeFactory.instance.objectNode() : node;
        if (object.isString()) {
            object = JsonNodeFactory.instance.objectNode().put("type", object.stringValue());
        }
        JsonFields f = JsonFields.of("training: schedule", object);
        Kind kind = f.choice("type", Kind.CONSTANT);
        int warmup = f.integer("warmup", 0, 0);
        Schedule schedule =
                switch (kind) {
                    case CONSTANT -> new Schedule(kind, warmup, 1, 1, 0, 0);
                    case STEP ->
                        new Schedule(kind, warmup, f.integer("every", 10, 1), f.number("factor", 0.1, 0, 1), 0, 0);
                    case EXPONENTIAL -> new Schedule(kind, warmup, 1, f.number("factor", 0.95, 0, 1), 0, 0);
                    case COSINE -> new Schedule(kind, warmup, 1, 1, f.number("floor", 0, 0), 0);
                    case PLATEAU ->
                        new Schedule(
                                kind,
                                warmup,
                                1,
                                f.number("factor", 0.1, 0, 1),
                                f.number("floor", 0, 0),
                                f.integer("patience", 5, 0));
                };
        f.done();
        return schedule;
    }

    Course start(double base, int epochs) {
        return new Course(this, base, epochs);
    }

    /** The rate of one training; plateau depends on the losses seen. */
    static final class Course {
        private final Schedule schedule;
        private final double base;
        private final int epochs;
        private double reduced = 1;
        private double best = Double.POSITIVE_INFINITY;
        private int bad;

        private Course(Schedule schedule, double base, int epochs) {
            this.schedule = schedule;
            this.base = base;
            this.epochs = epochs;
        }

        /** @param epoch from 0 */
        double rate(int epoch) {
            if (epoch < schedule.warmup) {
                return base * (epoch + 1) / schedule.warmup;
            }
            int since = epoch - schedule.warmup;
            int of = Math.max(1, epochs - schedule.warmup);
            return switch (schedule.kind) {
                case CONSTANT -> base;
                case STEP -> base * StrictMath.pow(schedule.factor, Math.floorDiv(since, schedule.every));
                case EXPONENTIAL -> base * StrictMath.pow(schedule.factor, since);
                case COSINE ->
                    schedule.floor + (base - schedule.floor) * (1 + StrictMath.cos(StrictMath.PI * since / of)) / 2;
                case PLATEAU -> Math.max(schedule.floor, base * reduced);
            };
        }

        /** What depends on the losses seen: the reduction, the best loss, and the epochs since. */
        double[] seen() {
            return new double[] {reduced, best, bad};
        }

        void restore(double[] seen) {
            reduced = seen[0];
            best = seen[1];
            bad = (int) seen[2];
        }

        /** Tells the loss of an epoch; a relative change below 1e-4 is none, as in PyTorch. */
        void observe(double loss) {
            if (loss < best * (1 - 1e-4)) {
                best = loss;
                bad = 0;
            } else if (++bad > schedule.patience) {
                reduced *= schedule.factor;
                bad = 0;
            }
        }
    }
}
