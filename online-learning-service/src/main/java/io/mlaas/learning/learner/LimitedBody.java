package io.mlaas.learning.learner;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.stereotype.Component;

/** Bodies of requests, read as far as the limit. */
@Component
public class LimitedBody {
    private final long most;

    LimitedBody(LearningProperties properties) {
        this.most = properties.requestSize().toBytes();
    }

    /** Bytes. */
    public int most() {
        return Math.toIntExact(most);
    }

    public byte[] read(HttpServletRequest request) throws IOException {
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(Math.toIntExact(most + 1));
            if (bytes.length > most) {
                throw LearnerProblem.ROWS_TOO_MANY.because("the request has more than " + most + " bytes");
            }
            return bytes;
        }
    }
}
