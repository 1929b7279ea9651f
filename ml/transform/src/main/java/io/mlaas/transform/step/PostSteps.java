package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the {@code post} section of a document. */
public final class PostSteps {
    private PostSteps() {}

    public static List<PostStep> read(Fields document, List<Step> steps) {
        List<PostStep> post = new ArrayList<>();
        if (!document.has("post")) {
            return post;
        }
        for (Fields fields : document.objects("post")) {
            PostStep step = one(fields, steps);
            fields.finish();
            if (step != null) {
                post.add(step);
            }
        }
        return post;
    }

    private static @Nullable PostStep one(Fields fields, List<Step> steps) {
        String name = fields.text("step");
        return switch (name) {
            case "boxes" -> Boxes.read(fields, steps);
            case "http" -> new Rewriting(PredictCall.read(fields));
            default -> {
                fields.bad("step", "\"" + name + "\" (expected: one of boxes, http)");
                yield null;
            }
        };
    }

    /** Post-processing by a transformer elsewhere. */
    record Rewriting(PredictCall call) implements PostStep {
        @Override
        public ObjectNode apply(ObjectNode answer, JsonNode message, double[] prediction) throws RowRejectedException {
            JsonNode changed = call.call(answer);
            if (changed instanceof ObjectNode object) {
                return object;
            }
            ObjectNode wrapped = answer.objectNode();
            wrapped.set("predictions", changed);
            return wrapped;
        }
    }

    /** The addresses that a document's steps call. */
    public static List<URI> addresses(List<Step> steps, List<PostStep> post) {
        List<URI> addresses = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof HttpStep http) {
                addresses.add(http.call().address());
            }
        }
        for (PostStep step : post) {
            if (step instanceof Rewriting rewriting) {
                addresses.add(rewriting.call.address());
            }
        }
        return addresses;
    }
}
