// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetContract} from "./AssetContract.sol";

/**
 * @title The record of one dataset
 * @notice Says which bytes a dataset consists of. Immutable from its creation.
 * @dev Declared facts: size (32 bytes), SHA-256 (32), MD5 (32 characters), the samples' dimension (the rest).
 */
contract DatasetContract is AssetContract {
    uint256 private constant SIZE = DECLARED;
    uint256 private constant SHA256_DIGEST = DECLARED + 32;
    uint256 private constant MD5 = DECLARED + 64;
    uint256 private constant DIMENSION = DECLARED + 96;

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
        return (
            organizationId(),
            _textFrom(DIMENSION),
            int256(uint256(_fact(SIZE))),
            _md5(_fact(MD5)),
            _fact(SHA256_DIGEST)
        );
    }
}
