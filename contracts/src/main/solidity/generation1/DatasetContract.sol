// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetContract} from "./AssetContract.sol";
import {DatasetFields} from "./AssetFields.sol";

/**
 * @title The record of one dataset
 * @notice Says which bytes a dataset consists of. Immutable from its creation.
 */
contract DatasetContract is AssetContract {
    /// @notice A size below zero was declared.
    /// @param sizeBytes The size found.
    error NegativeSize(int256 sizeBytes);

    DatasetFields private _fields;

    /**
     * @param assetId_ UUID of the dataset.
     * @param organizationId_ UUID of the owning organization.
     * @param owner_ The registering address.
     * @param fields What the company declares of the dataset.
     */
    constructor(
        bytes16 assetId_,
        bytes16 organizationId_,
        address owner_,
        DatasetFields memory fields
    ) AssetContract(assetId_, organizationId_, owner_) {
        _requireSha256(fields.sha256Digest);
        _requireMd5(fields.md5);
        if (fields.sizeBytes < 0) {
            revert NegativeSize(fields.sizeBytes);
        }
        _fields = fields;
    }

    /**
     * @notice What is known of the dataset.
     * @return organization_id UUID of the owning organization.
     * @return samples_dimension Shape of one sample.
     * @return size_bytes Size of the file in bytes.
     * @return hash MD5 of the file in hexadecimal (legacy).
     * @return sha256_digest SHA-256 of the file: what integrity rests on.
     */
    function get_dataset_params()
        external
        view
        returns (
            bytes16 organization_id,
            string memory samples_dimension,
            int256 size_bytes,
            string memory hash,
            bytes32 sha256_digest
        )
    {
        return (organizationId, _fields.samplesDimension, _fields.sizeBytes, _fields.md5, _fields.sha256Digest);
    }
}
