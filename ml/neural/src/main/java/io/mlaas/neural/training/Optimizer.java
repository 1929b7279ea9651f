package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes optimisation steps on tensors of the engine, by the formulas of {@code torch.optim}, in their order of
 * operations. Unlike the engine's own, its state can be saved and restored.
 */
public final class Optimizer implements AutoCloseable {
    private final OptimizerSettings settings;
    private final List<NDArray> parameters;
    /** Per parameter the running quantities, in the order that the optimiser's step names them. */
    private final List<NDList> slots = new ArrayList<>();

    private final NDManager manager;
    private long steps;

    /** @param parameters tensors that are changed in place; state is kept for these only */
    public Optimizer(OptimizerSettings settings, List<NDArray> parameters, NDManager owner) {
        this.settings = settings;
        this.parameters = parameters;
        this.manager = owner.newSubManager();
        int perParameter =
                switch (settings) {
                    case OptimizerSettings.Sgd sgd -> sgd.momentum() > 0 ? 1 : 0;
                    case OptimizerSettings.Adam adam -> 2;
                    case OptimizerSettings.RmsProp rms -> 3;
                    case OptimizerSettings.Adagrad adagrad -> 1;
                };
        for (NDArray parameter : parameters) {
            NDList list = new NDList();
            for (int i = 0; i < perParameter; i++) {
                list.add(manager.zeros(parameter.getShape(), parameter.getDataType()));
            }
            slots.add(list);
        }
    }

    /** One step; {@code gradients} in the order of the parameters, which they may not share memory with. */
    public void step(List<NDArray> gradients, double learningRate) {
        steps++;
        try (NDManager scratch = manager.newSubManager()) {
            for (int i = 0; i < parameters.size(); i++) {
                NDArray p = parameters.get(i);
                NDList state = slots.get(i);
                NDArray g = own(gradients.get(i).duplicate(), scratch);
                switch (settings) {
                    case OptimizerSettings.Sgd sgd -> sgd(sgd, p, g, state, learningRate, scratch);
                    case OptimizerSettings.Adam adam -> adam(adam, p, g, state, learningRate, scratch);
                    case OptimizerSettings.RmsProp rms -> rmsProp(rms, p, g, state, learningRate, scratch);
                    case OptimizerSettings.Adagrad adagrad -> adagrad(adagrad, p, g, state, learningRate, scratch);
                }
            }
        }
    }

    private void sgd(
            OptimizerSettings.Sgd sgd, NDArray p, NDArray g, NDList state, double learningRate, NDManager scratch) {
        decay(sgd.weightDecay(), p, g, scratch);
        if (sgd.momentum() > 0) {
            NDArray buffer = state.get(0);
            if (steps == 1) {
                buffer.addi(g);
            } else {
                buffer.muli(sgd.momentum()).addi(g.mul(1 - sgd.dampening()));
            }
            if (sgd.nesterov()) {
                g.addi(own(buffer.mul(sgd.momentum()), scratch));
            } else {
                g = own(buffer.duplicate(), scratch);
            }
        }
        p.subi(g.muli(learningRate));
    }

    private void adam(
            OptimizerSettings.Adam adam, NDArray p, NDArray g, NDList state, double learningRate, NDManager scratch) {
        if (adam.decoupled()) {
            p.muli(1 - learningRate * adam.weightDecay());
        } else {
            decay(adam.weightDecay(), p, g, scratch);
        }
        NDArray mean = state.get(0);
        NDArray variance = state.get(1);
        mean.addi(g.sub(mean).muli(1 - adam.beta1()));
        variance.muli(adam.beta2()).addi(g.mul(g).muli(1 - adam.beta2()));
        double correction1 = 1 - StrictMath.pow(adam.beta1(), (double) steps);
        double correction2 = 1 - StrictMath.pow(adam.beta2(), (double) steps);
        NDArray denominator = own(variance.sqrt(), scratch);
        denominator.divi(StrictMath.sqrt(correction2)).addi(adam.eps());
        p.subi(own(mean.div(denominator), scratch).muli(learningRate / correction1));
    }

    private void rmsProp(
            OptimizerSettings.RmsProp rms, NDArray p, NDArray g, NDList state, double learningRate, NDManager scratch) {
        decay(rms.weightDecay(), p, g, scratch);
        NDArray square = state.get(0);
        square.muli(rms.alpha()).addi(g.mul(g).muli(1 - rms.alpha()));
        NDArray average = own(square.duplicate(), scratch);
        if (rms.centered()) {
            NDArray mean = state.get(1);
            mean.addi(g.sub(mean).muli(1 - rms.alpha()));
            average.subi(own(mean.mul(mean), scratch));
        }
        NDArray update = g.div(average.sqrt().addi(rms.eps()));
        if (rms.momentum() > 0) {
            NDArray buffer = state.get(2);
            buffer.muli(rms.momentum()).addi(update);
            update = own(buffer.duplicate(), scratch);
        }
        p.subi(update.muli(learningRate));
    }

    private void adagrad(
            OptimizerSettings.Adagrad adagrad,
            NDArray p,
            NDArray g,
            NDList state,
            double learningRate,
            NDManager scratch) {
        decay(adagrad.weightDecay(), p, g, scratch);
        NDArray sum = state.get(0);
        sum.addi(g.mul(g));
        double rate = learningRate / (1 + (steps - 1) * adagrad.decay());
        NDArray denominator = own(sum.sqrt(), scratch).addi(adagrad.eps());
        p.subi(g.div(denominator).muli(rate));
    }

    private static void decay(double weightDecay, NDArray p, NDArray g, NDManager scratch) {
        if (weightDecay != 0) {
            g.addi(own(p.mul(weightDecay), scratch));
        }
    }

    /** Lets a temporary die with the step rather than with the tensor that it was made from. */
    private static NDArray own(NDArray temporary, NDManager scratch) {
        temporary.attach(scratch);
        return temporary;
    }

    /** Everything needed to go on as if never interrupted. */
    public State state() {
        return new State(steps, numbers(slots));
    }

    private static Map<String, float[]> numbers(List<NDList> slots) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            for (int j = 0; j < slots.get(i).size(); j++) {
                tensors.put(i + "." + j, slots.get(i).get(j).toFloatArray());
            }
        }
        return tensors;
    }

    /** @throws IllegalArgumentException for the state of other parameters, or of another kind of optimiser */
    public void restore(State state) {
        steps = state.steps();
        for (int i = 0; i < slots.size(); i++) {
            for (int j = 0; j < slots.get(i).size(); j++) {
                NDArray slot = slots.get(i).get(j);
                float[] values = state.tensors().get(i + "." + j);
                if (values == null || values.length != slot.size()) {
                    throw new IllegalArgumentException("optimizer state " + i + "." + j + ": "
                            + (values == null ? "missing" : values.length + " numbers") + " (expected: " + slot.size()
                            + " numbers)");
                }
                slot.muli(0);
                try (NDArray restored = manager.create(values, slot.getShape())) {
                    slot.addi(restored);
                }
            }
        }
    }

    /**
     * Where the squares of the gradients are kept it is enough to look at these: what they hold, the gradients did not
     * exceed.
     *
     * @throws ArithmeticException when parameters or state are no finite numbers
     */
    public void requireFinite() {
        for (int i = 0; i < parameters.size(); i++) {
            EngineModule.requireFinite("parameter", parameters.get(i));
            switch (settings) {
                case OptimizerSettings.Sgd sgd -> {}
                case OptimizerSettings.Adam adam ->
                    EngineModule.requireFinite("gradient squared", slots.get(i).get(1));
                case OptimizerSettings.RmsProp rms ->
                    EngineModule.requireFinite("gradient squared", slots.get(i).get(0));
                case OptimizerSettings.Adagrad adagrad ->
                    EngineModule.requireFinite("gradient squared", slots.get(i).get(0));
            }
        }
    }

    /** Copies of the state in the engine's memory, to be closed by who asked. */
    public Copy copy() {
        List<NDList> copies = slots.stream()
                .map(list -> new NDList(list.stream().map(NDArray::duplicate).toList()))
                .toList();
        return new Copy(steps, copies);
    }

    /** A state in the engine's memory. */
    public record Copy(long steps, List<NDList> slots) implements AutoCloseable {
        public State state() {
            return new State(steps, numbers(slots));
        }

        @Override
        public void close() {
            slots.forEach(NDList::close);
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    /** Steps taken and the running quantities by {@code parameter.slot}. */
    public record State(long steps, Map<String, float[]> tensors) {
        /** Before the first step. */
        static final State BEFORE = new State(0, Map.of());
    }
}
