package io.mlaas.transform.payload;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** Reads the payloads of one format. */
public interface PayloadReader {
    /** @throws BadPayloadException with the reason; then nothing of the reader's state has changed */
    List<Reading> read(Message message) throws BadPayloadException;

    /** Writes what the reader remembers between messages, if anything. */
    default void write(DataOutput out) throws IOException {}

    default void restore(DataInput in) throws IOException {}
}
