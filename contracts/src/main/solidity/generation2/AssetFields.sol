// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice What an asset is.
enum AssetKind {
    None,
    Dataset,
    Model
}

/**
 * @notice What a company declares of a dataset when it registers it.
 * @param samplesDimension Shape of one sample as the company wrote it, for example `(1,32,32)`.
 * @param sizeBytes Size of the file in bytes.
 * @param md5 MD5 of the file, 32 lower-case hexadecimal digits. A legacy field: nothing may rest on it.
 * @param sha256Digest SHA-256 of the file.
 */
struct DatasetFields {
    string samplesDimension;
    int256 sizeBytes;
    string md5;
    bytes32 sha256Digest;
}

/**
 * @notice What a company declares of a model before it is trained.
 * @param developerId UUID of the person who registered the model.
 * @param datasetId UUID of the dataset it is trained on; zero when the training's inputs are not declared.
 * @param sourceModelId UUID of the model it was translated from; zero when it is no translation.
 * @param definitionSha256 SHA-256 of the uploaded architecture or training file; zero when there is none.
 * @param trainImageMd5 MD5 of the training image, 32 hexadecimal digits or empty. A legacy field.
 * @param trainImageSha256 SHA-256 of the training image; zero when there is none.
 */
struct ModelFields {
    bytes16 developerId;
    bytes16 datasetId;
    bytes16 sourceModelId;
    bytes32 definitionSha256;
    string trainImageMd5;
    bytes32 trainImageSha256;
}
