package io.mlaas.contracts;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes16;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Int256;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/** Between Java's types and the contract ABI's. Absent values are zero, or the empty string, on the chain. */
final class Abi {
    static final TypeReference<Address> ADDRESS = new TypeReference<>() {};
    static final TypeReference<Bytes16> BYTES16 = new TypeReference<>() {};
    static final TypeReference<Bytes32> BYTES32 = new TypeReference<>() {};
    static final TypeReference<Utf8String> STRING = new TypeReference<>() {};
    static final TypeReference<Int256> INT256 = new TypeReference<>() {};
    static final TypeReference<Uint256> UINT256 = new TypeReference<>() {};
    static final TypeReference<Uint8> UINT8 = new TypeReference<>() {};

    private static final HexFormat HEX = HexFormat.of();

    private Abi() {}

    static Bytes16 bytes16(@Nullable UUID id) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        if (id != null) {
            bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        return new Bytes16(bytes.array());
    }

    static Bytes32 bytes32(@Nullable String hex) {
        return new Bytes32(hex == null ? new byte[32] : HEX.parseHex(hex));
    }

    static Utf8String string(@Nullable String text) {
        return new Utf8String(text == null ? "" : text);
    }

    static DynamicStruct struct(DatasetFields fields) {
        return new DynamicStruct(
                string(fields.samplesDimension()),
                new Int256(fields.sizeBytes()),
                string(fields.md5()),
                bytes32(fields.sha256()));
    }

    static DynamicStruct struct(ModelFields fields) {
        return new DynamicStruct(
                bytes16(fields.developerId()),
                bytes16(fields.datasetId()),
                bytes16(fields.sourceModelId()),
                bytes32(fields.definitionSha256()),
                string(fields.trainImageMd5()),
                bytes32(fields.trainImageSha256()));
    }

    /** How an indexed value of an event is looked for. */
    static String topic(Type<?> value) {
        return "0x" + TypeEncoder.encode(value);
    }

    static @Nullable UUID uuidOrNull(Type<?> value) {
        ByteBuffer bytes = ByteBuffer.wrap((byte[]) value.getValue());
        UUID id = new UUID(bytes.getLong(), bytes.getLong());
        return id.getMostSignificantBits() == 0 && id.getLeastSignificantBits() == 0 ? null : id;
    }

    static UUID uuid(Type<?> value) {
        UUID id = uuidOrNull(value);
        return id == null ? new UUID(0, 0) : id;
    }

    static @Nullable String hexOrNull(Type<?> value) {
        byte[] bytes = (byte[]) value.getValue();
        for (byte b : bytes) {
            if (b != 0) {
                return HEX.formatHex(bytes);
            }
        }
        return null;
    }

    static String hex(Type<?> value) {
        return HEX.formatHex((byte[]) value.getValue());
    }

    static @Nullable String textOrNull(Type<?> value) {
        String text = (String) value.getValue();
        return text.isEmpty() ? null : text;
    }

    static String text(Type<?> value) {
        return (String) value.getValue();
    }

    static long integer(Type<?> value) {
        return ((BigInteger) value.getValue()).longValueExact();
    }

    static Instant time(Type<?> value) {
        return Instant.ofEpochSecond(integer(value));
    }
}
