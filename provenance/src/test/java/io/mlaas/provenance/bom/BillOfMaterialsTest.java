package io.mlaas.provenance.bom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.mlaas.provenance.card.ModelFacts;
import io.mlaas.provenance.card.SampleFacts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Against the schema that CycloneDX publishes, as its own library carries it. */
class BillOfMaterialsTest {
    private final JsonParser reader = new JsonParser();

    @Test
    void isWhatTheOfficialSchemaAsksFor() throws Exception {
        ObjectNode document = BillOfMaterials.of(SampleFacts.trained());

        assertThat(reader.validate(document.toString(), Version.VERSION_16)).isEmpty();
        Bom bom = reader.parse(bytes(document));
        Component model = bom.getMetadata().getComponent();
        assertThat(model.getType()).isEqualTo(Component.Type.MACHINE_LEARNING_MODEL);
        assertThat(model.getName()).isEqualTo("digits");
        assertThat(model.getVersion()).isEqualTo("3");
        assertThat(model.getHashes()).singleElement().satisfies(hash -> {
            assertThat(hash.getAlgorithm()).isEqualTo("SHA-256");
            assertThat(hash.getValue()).isEqualTo("a".repeat(64));
        });
        assertThat(model.getModelCard().getModelParameters().getTask()).isEqualTo("image-classification");
        assertThat(model.getModelCard().getModelParameters().getModelArchitecture())
                .isEqualTo("LeNet-5");
        assertThat(bom.getComponents())
                .extracting(Component::getType, Component::getName)
                .containsExactly(
                        tuple(Component.Type.CONTAINER, "mlaas/trainer:1"),
                        tuple(Component.Type.DATA, "digits.csv"),
                        tuple(Component.Type.DATA, "network.json"),
                        tuple(Component.Type.LIBRARY, "ai.djl:api"),
                        tuple(Component.Type.LIBRARY, "torch"));
        assertThat(document.at("/metadata/component/modelCard/modelParameters/datasets/0/ref")
                        .asString())
                .isEqualTo("dataset:" + SampleFacts.DATASET);
        assertThat(document.at("/metadata/component/modelCard/quantitativeAnalysis/performanceMetrics/0/value")
                        .asString())
                .isEqualTo("0.97");
        assertThat(document.at("/compositions/0/aggregate").asString()).isEqualTo("complete");
    }

    @Test
    void saysWhichPartNeedsWhich() throws Exception {
        Bom bom = reader.parse(bytes(BillOfMaterials.of(SampleFacts.trained())));

        assertThat(bom.getDependencies().getFirst().getRef()).isEqualTo("model:" + SampleFacts.MODEL);
        assertThat(bom.getDependencies().getFirst().getDependencies())
                .extracting(Dependency::getRef)
                .containsExactly(
                        "image:" + "c".repeat(64), "dataset:" + SampleFacts.DATASET, "definition:" + SampleFacts.MODEL);
        assertThat(bom.getDependencies().get(1).getDependencies())
                .extracting(Dependency::getRef)
                .containsExactly("library:ai.djl:api@0.35.1", "library:torch@2.7.1");
    }

    @Test
    void keepsItsSerialNumberAndItsBytes() {
        ModelFacts facts = SampleFacts.trained();

        assertThat(BillOfMaterials.of(facts))
                .hasToString(BillOfMaterials.of(facts).toString());
        assertThat(BillOfMaterials.serialNumber(facts))
                .isEqualTo(BillOfMaterials.serialNumber(SampleFacts.trained("renamed", List.of("image"))))
                .isNotEqualTo(BillOfMaterials.serialNumber(new ModelFacts(
                        facts.id(),
                        1,
                        facts.name(),
                        facts.version(),
                        facts.description(),
                        facts.tags(),
                        facts.origin(),
                        facts.format(),
                        facts.owner(),
                        new ModelFacts.File("model.pt", 1L, "e".repeat(64)),
                        facts.definition(),
                        facts.image(),
                        facts.datasets(),
                        facts.source(),
                        facts.parameters(),
                        facts.environment(),
                        facts.libraries(),
                        facts.metrics(),
                        facts.completedAt(),
                        facts.reproductions(),
                        facts.withheld())));
    }

    @Test
    void saysWhatIsNotDisclosedAndWhatNobodyKnows() throws Exception {
        ObjectNode withheld =
                BillOfMaterials.of(SampleFacts.trained("x", List.of("dataset.sha256", "parameters.epochs")));
        assertThat(reader.validate(withheld.toString(), Version.VERSION_16)).isEmpty();
        assertThat(withheld.at("/compositions/0/aggregate").asString()).isEqualTo("incomplete");
        assertThat(withheld.toString()).contains("{\"name\":\"mlaas:not_disclosed\",\"value\":\"dataset.sha256\"}");

        ObjectNode translated = BillOfMaterials.of(SampleFacts.translated());
        assertThat(reader.validate(translated.toString(), Version.VERSION_16)).isEmpty();
        assertThat(translated.at("/compositions/0/aggregate").asString()).isEqualTo("unknown");
        assertThat(translated.at("/components/0/bom-ref").asString()).isEqualTo("model:" + SampleFacts.SOURCE);
        assertThat(translated.at("/metadata/component/name").asString()).isEqualTo("model-b2a30898");
    }

    /** That the schema is applied at all. */
    @Test
    void theSchemaRefusesWhatIsWrong() throws Exception {
        ObjectNode document = BillOfMaterials.of(SampleFacts.trained());
        ((ObjectNode) document.at("/metadata/component")).put("type", "model");

        assertThat(reader.validate(document.toString(), Version.VERSION_16)).isNotEmpty();
    }

    private static byte[] bytes(ObjectNode document) {
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }
}
