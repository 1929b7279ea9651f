package io.mlaas.learning.learner;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was predicted from a message.
 *
 * @param answer as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Forecast(String answer, double[] input) {

    static void write(DataOutputStream out, @Nullable Forecast forecast) throws IOException {
        byte[] answer = forecast == null ? new byte[0] : forecast.answer().getBytes(StandardCharsets.UTF_8);
        out.writeInt(answer.length);
        out.write(answer);
        double[] input = forecast == null ? new double[0] : forecast.input();
        out.writeInt(input.length);
        for (double number : input) {
            out.writeDouble(number);
        }
    }

    /** @param withInput whether what was answered to was written, too; if not, the next message is answered as ever */
    static @Nullable Forecast read(DataInputStream in, boolean withInput) throws IOException {
        byte[] answer = in.readNBytes(in.readInt());
        if (!withInput) {
            return null;
        }
        double[] input = new double[in.readInt()];
        for (int i = 0; i < input.length; i++) {
            input[i] = in.readDouble();
        }
        return answer.length == 0 ? null : new Forecast(new String(answer, StandardCharsets.UTF_8), input);
    }
}
