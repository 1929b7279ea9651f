// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetContract} from "./AssetContract.sol";
import {IRegistrations} from "./IRegistrations.sol";

/**
 * @title The record of one model
 * @notice Says from which inputs a model is trained, and, once it is trained, which bytes came out.
 * The inputs are fixed at creation, before the training; the result is written once and never again. A model without
 * dataset, image and source is imported: its training was not witnessed.
 * @dev Declared facts: developer (16 bytes), dataset (16), source model (16), definition's SHA-256 (32), training
 * image's MD5 (32 characters, or zeros), training image's SHA-256 (32).
 */
contract ModelContract is AssetContract {
    /// @notice A required SHA-256 digest is zero.
    error MissingSha256();

    /// @notice A legacy MD5 field does not hold 32 characters.
    /// @param length The number of bytes found.
    error InvalidMd5Length(uint256 length);

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

    uint256 private constant DEVELOPER = DECLARED;
    uint256 private constant DATASET = DECLARED + 16;
    uint256 private constant SOURCE_MODEL = DECLARED + 32;
    uint256 private constant DEFINITION_SHA256 = DECLARED + 48;
    uint256 private constant IMAGE_MD5 = DECLARED + 80;
    uint256 private constant IMAGE_SHA256 = DECLARED + 112;

    bytes32 private _resultSha256;
    bytes32 private _resultMd5;
    uint256 private _verifiedAt;

    /**
     * @notice Records what the training produced. Succeeds exactly once.
     * @dev The owner is the organization, not the key it once registered with: a company whose key was replaced can
     * still complete its models, and a revoked key can not.
     * @param sha256Digest SHA-256 of the trained model.
     * @param md5 MD5 of the trained model, 32 hexadecimal digits (legacy).
     */
    function verify(bytes32 sha256Digest, string calldata md5) external {
        bytes16 organization = organizationId();
        if (IRegistrations(directory()).organizationOf(msg.sender) != organization) {
            revert NotOwner(msg.sender);
        }
        if (_verifiedAt != 0) {
            revert AlreadyVerified(_resultSha256);
        }
        if (sha256Digest == bytes32(0)) {
            revert MissingSha256();
        }
        if (bytes(md5).length != 32) {
            revert InvalidMd5Length(bytes(md5).length);
        }
        _resultSha256 = sha256Digest;
        _resultMd5 = bytes32(bytes(md5));
        _verifiedAt = block.timestamp;
        emit ModelVerified(assetId(), organization, sha256Digest, md5);
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
            organizationId(),
            bytes16(_fact(DEVELOPER)),
            _md5(_fact(IMAGE_MD5)),
            _md5(_resultMd5),
            _fact(IMAGE_SHA256),
            _fact(DEFINITION_SHA256),
            bytes16(_fact(SOURCE_MODEL))
        );
    }

    /**
     * @notice The data the model is trained on.
     * @return dataset_id UUID of the dataset, or zero.
     */
    function get_data_params() external view returns (bytes16 dataset_id) {
        return bytes16(_fact(DATASET));
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
