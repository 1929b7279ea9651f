package io.mlaas.learning.learner;

import io.mlaas.online.ConfigurationRefused;
import io.mlaas.transform.TransformerDocument;
import io.mlaas.transform.payload.Message;
import io.mlaas.transform.step.TransformerUnavailableException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Asks the transformers elsewhere that documents name, when a message is received: the log has what they answered, so that
 * what is learned from it does not depend on when it is read. Only hosts are called that the operator names.
 */
@Component
class TransformersElsewhere {
    private final Set<String> allowed;

    TransformersElsewhere(TransformerProperties properties) {
        this.allowed = properties.transformerHosts().stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .flatMap(host -> host.matches(".*:[0-9]+") ? Stream.of(host) : Stream.of(host + ":80", host + ":443"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @throws ConfigurationRefused if the document wants to call what it may not */
    void require(LearnerDocument document) {
        JsonNode transformer = document.transformer();
        if (transformer == null || !asks(transformer)) {
            return;
        }
        if (!document.streams().sources().isEmpty()) {
            throw new ConfigurationRefused(
                    "$.sources",
                    document.streams().sources().size()
                            + " (expected: none where the transformer has http steps; send messages over REST)");
        }
        require(TransformedRows.document(transformer));
    }

    private void require(TransformerDocument document) {
        if (!document.addressesOfPost().isEmpty()) {
            throw new ConfigurationRefused(
                    "$.transformer.post", "http (expected: http among the steps only, which are asked before a log)");
        }
        if (document.readsWithState()) {
            throw new ConfigurationRefused(
                    "$.transformer.payload.format", "sparkplug_b (expected: another format together with http steps)");
        }
        for (URI address : document.addresses()) {
            if (!allowed.contains(place(address))) {
                throw new ConfigurationRefused(
                        "$.transformer",
                        address + " (expected: a host that this service may call: none but those of"
                                + " mlaas.learning.transformer-hosts)");
            }
        }
    }

    private static String place(URI address) {
        int usual = "https".equals(address.getScheme()) ? 443 : 80;
        return address.getHost().toLowerCase(Locale.ROOT) + ":" + (address.getPort() < 0 ? usual : address.getPort());
    }

    /** Whether there are http steps, anywhere. */
    private static boolean asks(JsonNode transformer) {
        return Stream.of("steps", "post")
                .flatMap(part -> transformer.path(part).valueStream())
                .anyMatch(step -> step.path("step").asString("").equals("http"));
    }

    /**
     * What the learner's http steps are answered for a message; nothing where it has none.
     *
     * @param most characters of the answers
     */
    List<String> ask(StoredLearner learner, Message message, long most) {
        JsonNode transformer = learner.document().transformer();
        if (transformer == null || !asks(transformer)) {
            return List.of();
        }
        try {
            require(TransformedRows.document(transformer));
            return TransformedRows.parse(transformer).ask(message, most);
        } catch (ConfigurationRefused refused) {
            throw LearnerProblem.TRANSFORMER_AWAY.because(String.valueOf(refused.getMessage()));
        } catch (TransformerUnavailableException away) {
            throw LearnerProblem.TRANSFORMER_AWAY.because(String.valueOf(away.getMessage()), away);
        }
    }
}
