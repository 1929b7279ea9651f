package io.mlaas.ppfl.reports;

import io.mlaas.kit.json.JsonPlace;
import io.mlaas.kit.problem.PlatformProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A request's body: a JSON object, or a form, whose fields are text. */
record Body(ObjectNode values, boolean isForm) {

    static Body of(HttpServletRequest request, JsonMapper json) {
        String type = request.getContentType() == null
                ? MediaType.APPLICATION_JSON_VALUE
                : request.getContentType().toLowerCase(Locale.ROOT);
        if (type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE)
                || type.startsWith(MediaType.MULTIPART_FORM_DATA_VALUE)) {
            ObjectNode values = json.createObjectNode();
            for (Map.Entry<String, String[]> field : request.getParameterMap().entrySet()) {
                values.put(field.getKey(), field.getValue()[field.getValue().length - 1]);
            }
            return new Body(values, true);
        }
        try {
            if (json.readTree(request.getInputStream()) instanceof ObjectNode values) {
                return new Body(values, false);
            }
        } catch (JacksonException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because(
                    "the body: %s (expected: a JSON object, or a form)".formatted(JsonPlace.of(e)));
        } catch (IOException e) {
            throw PlatformProblem.MALFORMED_REQUEST.because("the body ended early", e);
        }
        throw PlatformProblem.MALFORMED_REQUEST.because("the body: not an object (expected: a JSON object, or a form)");
    }

    JsonNode get(String name) {
        return values.path(name);
    }
}
