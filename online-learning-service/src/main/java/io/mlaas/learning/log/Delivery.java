package io.mlaas.learning.log;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a message came over MQTT or Kafka.
 *
 * @param topic without the company's prefix
 * @param toAnswer whether it asks for predictions, instead of bringing what is learned
 * @param identity the same whenever the message is delivered again; null where that cannot be told
 * @param responseTopic where the answer is to go, without the company's prefix
 * @param correlation what comes back with the answer
 * @param refused why nothing can be made of it; its payload may have been cut then
 * @param format the payload format of its source, as a JSON text, where that has another than the transformer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Delivery(
        String topic,
        boolean toAnswer,
        @Nullable UUID identity,
        @Nullable String responseTopic,
        byte @Nullable [] correlation,
        @Nullable String refused,
        @Nullable String format) {

    public Delivery(
            String topic,
            boolean toAnswer,
            @Nullable UUID identity,
            @Nullable String responseTopic,
            byte @Nullable [] correlation,
            @Nullable String refused) {
        this(topic, toAnswer, identity, responseTopic, correlation, refused, null);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(topic);
        out.writeBoolean(toAnswer);
        out.writeBoolean(identity != null);
        if (identity != null) {
            out.writeLong(identity.getMostSignificantBits());
            out.writeLong(identity.getLeastSignificantBits());
        }
        write(out, responseTopic);
        out.writeInt(correlation == null ? -1 : correlation.length);
        if (correlation != null) {
            out.write(correlation);
        }
        write(out, refused);
        if (format != null) {
            out.writeUTF(format);
        }
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    static Delivery read(DataInputStream in, boolean formatted) throws IOException {
        String topic = in.readUTF();
        boolean toAnswer = in.readBoolean();
        @Nullable UUID identity = in.readBoolean() ? new UUID(in.readLong(), in.readLong()) : null;
        @Nullable String responseTopic = in.readBoolean() ? in.readUTF() : null;
        int length = in.readInt();
        if (length > in.available()) {
            throw new EOFException("correlation data of " + length + " bytes in " + in.available());
        }
        byte @Nullable [] correlation = length < 0 ? null : in.readNBytes(length);
        return new Delivery(
                topic,
                toAnswer,
                identity,
                responseTopic,
                correlation,
                in.readBoolean() ? in.readUTF() : null,
                formatted ? in.readUTF() : null);
    }
}
