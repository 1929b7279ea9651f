// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/**
 * @title What datasets and models have in common
 * @notice Identity and provenance of one asset. Written by the constructor, never changed afterwards.
 * @dev Kept in storage rather than in immutables, so that the code of every dataset (and of every model) is the same
 * byte for byte and can be compared with the published compiler output by anyone.
 */
abstract contract AssetContract {
    /// @notice A required SHA-256 digest is zero.
    error MissingSha256();

    /// @notice A legacy MD5 field does not hold 32 characters.
    /// @param length The number of bytes found.
    error InvalidMd5Length(uint256 length);

    /// @notice The directory that created this contract.
    address public directory;

    /// @notice UUID of the asset.
    bytes16 public assetId;

    /// @notice UUID of the organization the asset belongs to, as the directory knows it.
    bytes16 public organizationId;

    /// @notice The company's address that registered the asset.
    address public owner;

    /// @notice Time of registration, seconds since the epoch.
    uint256 public registeredAt;

    /**
     * @param assetId_ UUID of the asset.
     * @param organizationId_ UUID of the owning organization.
     * @param owner_ The registering address.
     */
    constructor(bytes16 assetId_, bytes16 organizationId_, address owner_) {
        directory = msg.sender;
        assetId = assetId_;
        organizationId = organizationId_;
        owner = owner_;
        registeredAt = block.timestamp;
    }

    /**
     * @notice Everything of the above in one call.
     * @return The directory, the asset's UUID, its organization's UUID, the registering address, the time in seconds.
     */
    function asset() external view returns (address, bytes16, bytes16, address, uint256) {
        return (directory, assetId, organizationId, owner, registeredAt);
    }

    /// @dev Refuses a zero digest.
    function _requireSha256(bytes32 digest) internal pure {
        if (digest == bytes32(0)) {
            revert MissingSha256();
        }
    }

    /// @dev Refuses a string that cannot be an MD5 digest in hexadecimal.
    function _requireMd5(string memory digest) internal pure {
        uint256 length = bytes(digest).length;
        if (length != 32) {
            revert InvalidMd5Length(length);
        }
    }
}
