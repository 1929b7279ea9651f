package io.mlaas.learning.learner;

import io.mlaas.kit.json.JsonPlace;
import io.mlaas.kit.problem.PlatformProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bodies of requests, read as far as the limit. */
@Component
public class LimitedBody {
    /** Bodies of which the length is told, and believed: one that is not sent takes no more room than this. */
    private static final int SMALL = 16 << 10;

    private final long most;
    private final JsonMapper json;

    LimitedBody(LearningProperties properties, JsonMapper json) {
        this.most = properties.requestSize().toBytes();
        this.json = json;
    }

    /** Bytes. */
    public int most() {
        return Math.toIntExact(most);
    }

    public byte[] read(HttpServletRequest request) throws IOException {
        long told = request.getContentLengthLong();
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = told >= 0 && told <= SMALL ? in.readNBytes((int) told) : in.readNBytes(most() + 1);
            if (bytes.length > most) {
                throw LearnerProblem.ROWS_TOO_MANY.because("the request has more than " + most + " bytes");
            }
            return bytes;
        }
    }

    /** An object with instances. */
    public JsonNode readJson(HttpServletRequest request) throws IOException {
        byte[] bytes = read(request);
        try {
            JsonNode body = json.readTree(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("the body: " + JsonPlace.of(e), e);
        }
        throw LearnerProblem.ROWS_REFUSED.because("$: no object (expected: {\"instances\": [...]})");
    }
}
