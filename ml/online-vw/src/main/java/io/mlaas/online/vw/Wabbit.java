package io.mlaas.online.vw;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/** One instance of Vowpal Wabbit in the child process, with one margin. Its state is the file that it saves. */
final class Wabbit implements AutoCloseable {
    static final byte[] NOTHING_LEARNED = {};

    private final WabbitProcess process;
    private final int id;

    private Wabbit(WabbitProcess process, int id) {
        this.process = process;
        this.id = id;
    }

    /** @param regressor what another one saved, or {@link #NOTHING_LEARNED} */
    static Wabbit open(String options, byte[] regressor) {
        WabbitProcess process = WabbitProcess.shared();
        int id = process.newId();
        process.ask(
                WabbitMain.OPEN,
                id,
                out -> {
                    WabbitMain.writeText(out, options);
                    out.writeInt(regressor.length);
                    out.write(regressor);
                },
                in -> true);
        return new Wabbit(process, id);
    }

    byte[] save() {
        return process.ask(WabbitMain.SAVE, id, out -> {}, WabbitMain::readBytes);
    }

    void learn(List<String> examples) {
        process.ask(WabbitMain.LEARN, id, out -> write(out, examples), in -> true);
    }

    float[] predict(List<String> examples) {
        return process.ask(WabbitMain.PREDICT, id, out -> write(out, examples), in -> {
            float[] margins = new float[examples.size()];
            for (int i = 0; i < margins.length; i++) {
                margins[i] = in.readFloat();
            }
            return margins;
        });
    }

    private static void write(DataOutputStream out, List<String> examples) throws IOException {
        out.writeInt(examples.size());
        for (String example : examples) {
            WabbitMain.writeText(out, example);
        }
    }

    WabbitProcess process() {
        return process;
    }

    /** What the process has lost is closed already. */
    @Override
    public void close() {
        if (process.alive()) {
            process.ask(WabbitMain.CLOSE, id, out -> {}, in -> true);
        }
    }
}
