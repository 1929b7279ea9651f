package io.mlaas.online.torch;

import ai.djl.ndarray.NDList;
import io.mlaas.neural.training.EngineModule;
import io.mlaas.neural.training.Optimizer;
import java.util.SortedMap;
import java.util.TreeMap;

/** A state in the engine's memory, for the case that learning fails half-way. */
record Backup(long learned, long random, NDList tensors, Optimizer.Copy optimizer) implements AutoCloseable {

    TorchState state() {
        SortedMap<String, byte[]> bytes = new TreeMap<>();
        tensors.forEach(tensor -> bytes.put(tensor.getName(), EngineModule.bytes(tensor)));
        return new TorchState(learned, random, bytes, optimizer.state());
    }

    @Override
    public void close() {
        tensors.close();
        optimizer.close();
    }
}
