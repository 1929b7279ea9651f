package io.mlaas.sharing.provenance;

enum AssetKind {
    DATASET,
    MODEL
}
