package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The thresholds of each family of trees: what the certificate says of them, and that it sees the least change of one. */
class TreeThresholdsTest {
    private static SourceModel open(String file) throws IOException {
        try {
            return new OnnxTranslator()
                    .open(Path.of(TreeThresholdsTest.class
                            .getResource("/trees/" + file)
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ParityCertificate certificate(SourceModel model, TranslationOptions options) {
        CertifiedTranslation.Wishes wishes =
                new CertifiedTranslation.Wishes(options, false, Optional.empty(), Optional.empty());
        return CertifiedTranslation.of(model, Optional.empty(), wishes, Clock.systemUTC())
                .certificate();
    }

    /** They compare 64 bits: rounded thresholds decide inputs of 32 bits as before, and what 64 bits lose is told. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "skl_1.9.1_hist_three.model.pkl",
                "skl_1.0.2_hist_reg.model.pkl",
                "lgb_regression.model.txt",
                "lgb_binary.model.txt",
                "lgb_multiclass.model.txt",
                "lgb_forest.model.txt"
            })
    void tellsWhichRowsOf64BitsFlipAndMendsThemWithFloat64(String file) throws IOException {
        try (SourceModel model = open(file)) {
            ParityCertificate single = certificate(model, TranslationOptions.DEFAULT);
            assertThat(single.passed()).isTrue();
            assertThat(single.boundaryInputs()).isGreaterThan(20);
            assertThat(single.rounding()).isNotNull();
            assertThat(single.rounding().flipped())
                    .isBetween(1, single.rounding().inputs());

            ParityCertificate wide = certificate(model, TranslationOptions.DEFAULT.withFloat64(true));
            assertThat(wide.passed()).isTrue();
            assertThat(wide.rounding().inputs()).isPositive();
            assertThat(wide.rounding().flipped()).isZero();
        }
    }

    /** They round their inputs to 32 bits themselves: no row of 64 bits is decided differently. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "skl_1.9.1_tree_three.model.pkl",
                "skl_1.0.2_tree_reg.model.pkl",
                "skl_1.9.1_forest_three.model.pkl",
                "skl_1.9.1_extra_trees.model.pkl",
                "skl_1.9.1_gradient_three.model.pkl",
                "skl_1.0.2_gradient_reg.model.pkl",
                "skl_1.9.1_ada_three.model.pkl",
                "skl_1.9.1_bagging_three.model.pkl",
                "skl_1.9.1_isolation.model.pkl",
                "xgb_squared.model.json",
                "xgb_softprob.model.json",
                "xgb_binary_ubj.model.ubj",
                "xgb_forest.model.json"
            })
    void flipsNoRowWhereTheSourceRoundsItsInputsItself(String file) throws IOException {
        try (SourceModel model = open(file)) {
            ParityCertificate certificate = certificate(model, TranslationOptions.DEFAULT);

            assertThat(certificate.passed()).isTrue();
            assertThat(certificate.boundaryInputs()).isGreaterThan(20);
            assertThat(
                            certificate.rounding() == null
                                    ? 0
                                    : certificate.rounding().flipped())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "skl_1.9.1_tree_reg.model.pkl",
                "skl_1.9.1_forest_reg.model.pkl",
                "skl_1.9.1_gradient_reg.model.pkl",
                "skl_1.9.1_hist_reg.model.pkl",
                "xgb_squared.model.json",
                "lgb_regression.model.txt"
            })
    void seesAThresholdThatIsOffByItsLastBit(String file) throws IOException {
        try (SourceModel model = open(file)) {
            OnnxTranslation right = model.translate(TranslationOptions.DEFAULT);
            OnnxTranslation wrong = right.withOnnx(withThresholdsMoved(right));
            ParityPlan plan = new ParityPlan(3L, 1, List.of(1), Optional.empty(), 1e-5, 1e-4, false);
            ParityCheck.Extras extras =
                    new ParityCheck.Extras(model.boundaryInputs(), Optional.empty(), Optional.empty());

            assertThatThrownBy(() -> new ParityCheck(plan, Clock.systemUTC())
                            .certify(wrong, model.reference().orElseThrow(), extras))
                    .isInstanceOf(ParityFailed.class)
                    .hasMessageContaining("boundary");
        }
    }

    private static byte[] withThresholdsMoved(OnnxTranslation right) throws InvalidProtocolBufferException {
        ModelProto.Builder model = ModelProto.parseFrom(right.onnx().toArray()).toBuilder();
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.getName().startsWith("nodes_values")) {
                    move(attribute);
                }
            }
        }
        return model.build().toByteArray();
    }

    private static void move(AttributeProto.Builder thresholds) {
        for (int i = 0; i < thresholds.getFloatsCount(); i++) {
            thresholds.setFloats(i, Math.nextUp(thresholds.getFloats(i)));
        }
        TensorProto.Builder wide = thresholds.getTBuilder();
        for (int i = 0; i < wide.getDoubleDataCount(); i++) {
            wide.setDoubleData(i, Math.nextUp((float) wide.getDoubleData(i)));
        }
        if (wide.getDoubleDataCount() == 0) {
            thresholds.clearT();
        }
    }
}
