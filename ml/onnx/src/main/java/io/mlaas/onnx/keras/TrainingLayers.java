package io.mlaas.onnx.keras;

import java.util.List;

/** Layers that change something while a model is trained, and nothing afterwards. */
final class TrainingLayers {
    static final List<String> NAMES = List.of(
            "Dropout",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "GaussianNoise",
            "GaussianDropout",
            "AlphaDropout",
            "ActivityRegularization",
            "Identity",
            "InputLayer",
            "AugMix",
            "CutMix",
            "MixUp",
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHeight",
            "RandomHue",
            "RandomInvert",
            "RandomPerspective",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomWidth",
            "RandomZoom");

    private TrainingLayers() {}
}
