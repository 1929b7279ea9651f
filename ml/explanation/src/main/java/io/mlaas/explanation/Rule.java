package io.mlaas.explanation;

import java.util.List;

/** What an operator of ONNX does at the input and at the reference, and how to walk back over it. */
interface Rule {
    /** @return the outputs, as many as anybody may read */
    List<Traced> apply(Call call);

    /** A rule with one output. */
    interface Single {
        Traced apply(Call call);
    }
}
