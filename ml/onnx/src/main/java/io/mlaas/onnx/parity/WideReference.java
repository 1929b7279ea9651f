package io.mlaas.onnx.parity;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reference in 32-bit floats that can also be asked in 64 bits, by another that is opened when it is first needed. */
public final class WideReference<R extends Reference & AutoCloseable> implements Reference, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WideReference.class);

    private final Reference narrow;
    private final Opening<R> opening;
    private @Nullable R wide;
    private boolean opened;

    /** Opens the source in 64-bit floats. */
    public interface Opening<R extends Reference & AutoCloseable> {
        /** @throws IOException when the source cannot be read */
        R open() throws IOException;
    }

    public WideReference(Reference narrow, Opening<R> opening) {
        this.narrow = narrow;
        this.opening = opening;
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        return narrow.run(inputs);
    }

    @Override
    public NamedTensors intermediates(NamedTensors inputs) {
        return narrow.intermediates(inputs);
    }

    @Override
    public Optional<NamedTensors> precisely(NamedTensors inputs) {
        Map<String, TypedTensor> widened = new LinkedHashMap<>();
        inputs.tensors()
                .forEach((name, tensor) ->
                        widened.put(name, tensor.type().isFloating() ? tensor.as(ElementType.FLOAT64) : tensor));
        try {
            if (!opened) {
                opened = true;
                wide = opening.open();
            }
            return wide == null ? Optional.empty() : Optional.of(wide.run(new NamedTensors(widened)));
        } catch (RuntimeException | IOException e) {
            log.debug("the source does not run in 64-bit floats", e);
            return Optional.empty();
        }
    }

    @Override
    public String engine() {
        return narrow.engine();
    }

    @Override
    public void close() {
        if (wide != null) {
            try {
                wide.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
