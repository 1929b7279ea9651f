package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickleFile;
import io.mlaas.onnx.pickle.PickleLimits;
import io.mlaas.onnx.pickle.PickledObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fitted estimators of scikit-learn 1.0 and newer, written by {@code pickle} or {@code joblib}. */
public final class SklearnFormat implements SourceFormat {
    @Override
    public String name() {
        return "scikit-learn";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) throws IOException {
        return Files.isRegularFile(file) && PickleFile.recognizes(file);
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        Object root = PickleFile.read(file, new PickleLimits(limits.totalBytes(), PickleLimits.DEFAULT.maxObjects()));
        if (!(root instanceof PickledObject model) || !model.module().startsWith("sklearn")) {
            String found = root instanceof PickledObject object
                    ? object.className()
                    : root == null ? "None" : root.getClass().getSimpleName();
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "the pickle holds " + found + " (expected: an estimator of scikit-learn)");
        }
        return new SklearnModel(
                model, new ModelSource(name(), "", "scikit-learn", SklearnModel.version(model), SourceDigest.of(file)));
    }
}
