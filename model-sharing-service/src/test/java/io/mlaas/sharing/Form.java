package io.mlaas.sharing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart form as curl sends it, parts in the order in which they are added. */
public final class Form {
    public static final String TYPE = "multipart/form-data; boundary=------------------------d74496d66958873e";
    private static final String BOUNDARY = "--------------------------d74496d66958873e";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public static Form of() {
        return new Form();
    }

    public Form field(String name, String value) {
        return part("name=\"" + name + '"', "", bytes(value));
    }

    public Form file(String name, String fileName, String type, byte[] content) {
        return part(
                "name=\"%s\"; filename=\"%s\"".formatted(name, fileName), "Content-Type: " + type + "\r\n", content);
    }

    public Form part(String disposition, String headers, byte[] content) {
        body.writeBytes(
                bytes(BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n" + headers + "\r\n"));
        body.writeBytes(content);
        body.writeBytes(bytes("\r\n"));
        return this;
    }

    public byte[] body() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes(bytes(BOUNDARY + "--\r\n"));
        return whole.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
