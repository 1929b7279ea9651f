package io.mlaas.onnx.pickle;

/** A class or function that a pickle names, such as {@code numpy.float64}: the name and nothing behind it. */
public record PickledGlobal(String module, String name) {
    public String fullName() {
        return module + "." + name;
    }

    @Override
    public String toString() {
        return fullName();
    }
}
