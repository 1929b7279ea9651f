package io.mlaas.statistics.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.io.UncheckedIOException;

/**
 * A detector with its settings as bytes, and back: what is read goes on exactly as what was written. Big-endian: the version
 * (byte, 1), the kind (byte), the settings, the state. ADWIN takes about 100 bytes for each doubling of its window, Page–Hinkley
 * 86, DDM 36, KSWIN 8 for each number of its window.
 */
public final class DetectorState {
    private static final byte VERSION = 1;
    private static final byte ADWIN = 1;
    private static final byte PAGE_HINKLEY = 2;
    private static final byte KSWIN = 3;
    private static final byte DDM = 4;

    private DetectorState() {}

    public static byte[] write(DriftDetector detector) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            writeSettings(detector, out);
            detector.writeState(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeSettings(DriftDetector detector, DataOutput out) throws IOException {
        switch (detector) {
            case Adwin adwin -> {
                out.writeByte(ADWIN);
                out.writeDouble(adwin.delta());
            }
            case PageHinkley pageHinkley -> {
                PageHinkley.Settings settings = pageHinkley.settings();
                out.writeByte(PAGE_HINKLEY);
                out.writeInt(settings.instances());
                out.writeDouble(settings.delta());
                out.writeDouble(settings.threshold());
                out.writeDouble(settings.alpha());
                out.writeUTF(settings.mode().name());
            }
            case Kswin kswin -> {
                Kswin.Settings settings = kswin.settings();
                out.writeByte(KSWIN);
                out.writeDouble(settings.alpha());
                out.writeInt(settings.window());
                out.writeInt(settings.sample());
                out.writeLong(settings.seed());
            }
            case Ddm ignored -> out.writeByte(DDM);
        }
    }

    /** @throws StreamCorruptedException if these are not the bytes of one detector */
    public static DriftDetector read(byte[] bytes) throws StreamCorruptedException {
        ByteArrayInputStream left = new ByteArrayInputStream(bytes);
        try {
            DataInputStream in = new DataInputStream(left);
            byte version = in.readByte();
            if (version != VERSION) {
                throw new StreamCorruptedException("version: " + version + " (expected: " + VERSION + ")");
            }
            DriftDetector detector = readSettings(in);
            detector.readState(in);
            if (left.available() > 0) {
                throw new StreamCorruptedException("state: " + left.available() + " bytes too many");
            }
            return detector;
        } catch (StreamCorruptedException corrupted) {
            throw corrupted;
        } catch (IOException | IllegalArgumentException damaged) {
            StreamCorruptedException corrupted =
                    new StreamCorruptedException("state: " + bytes.length + " bytes, damaged: " + damaged);
            corrupted.initCause(damaged);
            throw corrupted;
        }
    }

    private static DriftDetector readSettings(DataInput in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case ADWIN -> new Adwin(in.readDouble());
            case PAGE_HINKLEY ->
                new PageHinkley(new PageHinkley.Settings(
                        in.readInt(),
                        in.readDouble(),
                        in.readDouble(),
                        in.readDouble(),
                        PageHinkley.Mode.valueOf(in.readUTF())));
            case KSWIN -> new Kswin(new Kswin.Settings(in.readDouble(), in.readInt(), in.readInt(), in.readLong()));
            case DDM -> new Ddm();
            default -> throw new StreamCorruptedException("kind: " + kind + " (expected: 1 to 4)");
        };
    }
}
