// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetContract} from "./AssetContract.sol";
import {ModelFields} from "./AssetFields.sol";
import {ICompanies} from "./ICompanies.sol";

/**
 * @title The record of one model
 * @notice Says from which inputs a model is trained, and, once it is trained, which bytes came out.
 * The inputs are fixed at creation, before the training; the result is written once and never again.
 */
contract ModelContract is AssetContract {
    /// @notice The result is already recorded.
    /// @param sha256Digest The SHA-256 that stands.
    error AlreadyVerified(bytes32 sha256Digest);

    /// @notice The caller does not act for the organization that owns the model.
    /// @param caller The calling address.
    error NotOwner(address caller);

    /**
     * @notice The result of the training was recorded.
     * @param assetId UUID of the model.
     * @param organizationId UUID of the owning organization.
     * @param sha256Digest SHA-256 of the trained model.
     * @param md5 MD5 of the trained model in hexadecimal (legacy).
     */
    event ModelVerified(
        bytes16 indexed assetId, bytes16 indexed organizationId, bytes32 indexed sha256Digest, string md5
    );

    ModelFields private _fields;
    string private _resultMd5;
    bytes32 private _resultSha256;
    uint256 private _verifiedAt;

    /**
     * @param assetId_ UUID of the model.
     * @param organizationId_ UUID of the owning organization.
     * @param owner_ The registering address.
     * @param fields What the company declares of the model.
     */
    constructor(
        bytes16 assetId_,
        bytes16 organizationId_,
        address owner_,
        ModelFields memory fields
    ) AssetContract(assetId_, organizationId_, owner_) {
        if (bytes(fields.trainImageMd5).length != 0) {
            _requireMd5(fields.trainImageMd5);
        }
        _fields = fields;
    }

    /**
     * @notice Records what the training produced. Succeeds exactly once.
     * @dev The owner is the organization, not the key it once registered with: a company whose key was replaced can
     * still complete its models, and a revoked key can not.
     * @param sha256Digest SHA-256 of the trained model.
     * @param md5 MD5 of the trained model, 32 hexadecimal digits (legacy).
     */
    function verify(bytes32 sha256Digest, string calldata md5) external {
        if (ICompanies(directory).organizationOf(msg.sender) != organizationId) {
            revert NotOwner(msg.sender);
        }
        if (_verifiedAt != 0) {
            revert AlreadyVerified(_resultSha256);
        }
        _requireSha256(sha256Digest);
        _requireMd5(md5);
        _resultSha256 = sha256Digest;
        _resultMd5 = md5;
        _verifiedAt = block.timestamp;
        emit ModelVerified(assetId, organizationId, sha256Digest, md5);
    }

    /**
     * @notice Who made the model, with which training image, and what came out.
     * @return organization_id UUID of the owning organization.
     * @return developer_id UUID of the developer.
     * @return train_image_hash MD5 of the training image in hexadecimal (legacy), or empty.
     * @return res_hash MD5 of the trained model in hexadecimal (legacy), or empty before verification.
     * @return train_image_sha256 SHA-256 of the training image, or zero.
     * @return definition_sha256 SHA-256 of the uploaded architecture or training file, or zero.
     * @return source_model_id UUID of the model this one was translated from, or zero.
     */
    function get_model_params()
        external
        view
        returns (
            bytes16 organization_id,
            bytes16 developer_id,
            string memory train_image_hash,
            string memory res_hash,
            bytes32 train_image_sha256,
            bytes32 definition_sha256,
            bytes16 source_model_id
        )
    {
        return (
            organizationId,
            _fields.developerId,
            _fields.trainImageMd5,
            _resultMd5,
            _fields.trainImageSha256,
            _fields.definitionSha256,
            _fields.sourceModelId
        );
    }

    /**
     * @notice The data the model is trained on.
     * @return dataset_id UUID of the dataset, or zero.
     */
    function get_data_params() external view returns (bytes16 dataset_id) {
        return _fields.datasetId;
    }

    /**
     * @notice The recorded result.
     * @return res_sha256 SHA-256 of the trained model, or zero before verification.
     * @return verified_at Time of verification in seconds since the epoch, or zero before it.
     */
    function get_result() external view returns (bytes32 res_sha256, uint256 verified_at) {
        return (_resultSha256, _verifiedAt);
    }
}
