package io.mlaas.provenance.card;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ModelCardTest {

    @Test
    void beginsWithMetadataThatHubsRead() {
        Map<String, Object> metadata = metadata(ModelCard.markdown(SampleFacts.trained()));

        assertThat(metadata)
                .containsEntry("license", "apache-2.0")
                .containsEntry("library_name", "pytorch")
                .containsEntry("pipeline_tag", "image-classification")
                .containsEntry("tags", List.of("mlaas", "torchscript"))
                .containsEntry("datasets", List.of(SampleFacts.DATASET.toString()))
                .containsEntry("sha256", "a".repeat(64));
        assertThat(metadata.get("model-index"))
                .isEqualTo(List.of(Map.of(
                        "name",
                        "digits 3",
                        "results",
                        List.of(Map.of(
                                "task",
                                Map.of("type", "image-classification"),
                                "dataset",
                                Map.of("type", "digits.csv"),
                                "metrics",
                                List.of(
                                        Map.of("type", "accuracy", "value", 0.97),
                                        Map.of("type", "loss", "value", 0.11)))))));
    }

    @Test
    void tellsPeopleTheSameFacts() {
        String card = ModelCard.markdown(SampleFacts.trained());

        assertThat(card)
                .contains("# digits 3\n")
                .contains("| SHA-256 | " + "a".repeat(64) + " |")
                .contains("| digits.csv | SHA-256 " + "d".repeat(64) + " |")
                .contains("| Image | mlaas/trainer:1 |")
                .contains("| learning\\_rate | 0.01 |")
                .contains("| Reproduced | 2 of 2 |")
                .doesNotContain("not disclosed", "## Limitations");
    }

    @Test
    void saysWhatItDoesNotSay() {
        assertThat(ModelCard.markdown(SampleFacts.trained("x", List.of("dataset.sha256"))))
                .contains("- Facts that its owner does not disclose: 1.")
                .contains("not known or not disclosed");
        assertThat(ModelCard.markdown(SampleFacts.translated()))
                .contains("# model-b2a30898\n")
                .contains("| Made of model | " + SampleFacts.SOURCE + " |")
                .contains("translated from another one");
    }

    /** A name is text, whatever is in it. */
    @Test
    void aNameCannotBecomeMarkup() {
        String name = "x\n---\nlicense: mit\n# <script>alert(1)</script> [a](b) | c";
        String card = ModelCard.markdown(SampleFacts.trained(name, List.of()));

        assertThat(metadata(card)).containsEntry("license", "apache-2.0");
        assertThat(card)
                .doesNotContain("<script>", "\n# &lt;")
                .contains("# x --- license: mit \\# &lt;script\\>alert(1)&lt;/script\\> \\[a\\](b) \\| c 3\n");
    }

    private static Map<String, Object> metadata(String card) {
        assertThat(card).startsWith("---\n");
        String block = card.substring(4, card.indexOf("\n---\n"));
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(block);
    }
}
