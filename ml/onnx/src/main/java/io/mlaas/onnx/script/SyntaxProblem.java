package io.mlaas.onnx.script;

/** The text is not what the parser understands. */
public final class SyntaxProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SyntaxProblem(String file, int line, String found) {
        super(file + ":" + line + ": " + found + " is not understood");
    }
}
