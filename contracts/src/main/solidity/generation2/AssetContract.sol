// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistrations} from "./IRegistrations.sol";

/**
 * @title What datasets and models have in common
 * @notice Identity and provenance of one asset, readable from the asset's own address and never changed.
 * @dev The contract of an asset is a minimal proxy (EIP-1167) to this code, created by the directory. What was declared
 * follows the 45 bytes of the proxy as bytes that are never executed: facts that are part of a contract's code can be
 * written by nobody, cost a tenth of storage, and are committed to by the contract's address (CREATE2).
 * The facts begin with: directory (20 bytes), asset (16), organization (16), owner (20).
 */
abstract contract AssetContract {
    uint256 private constant PROXY = 45;
    uint256 private constant DIRECTORY = 0;
    uint256 private constant ASSET_ID = 20;
    uint256 private constant ORGANIZATION_ID = 36;
    uint256 private constant OWNER = 52;

    /// @dev Where the facts of a dataset or a model begin.
    uint256 internal constant DECLARED = 72;

    /// @notice The directory that created this contract.
    function directory() public view returns (address) {
        return address(bytes20(_fact(DIRECTORY)));
    }

    /// @notice UUID of the asset.
    function assetId() public view returns (bytes16) {
        return bytes16(_fact(ASSET_ID));
    }

    /// @notice UUID of the organization the asset belongs to, as the directory knows it.
    function organizationId() public view returns (bytes16) {
        return bytes16(_fact(ORGANIZATION_ID));
    }

    /// @notice The company's address that registered the asset.
    function owner() public view returns (address) {
        return address(bytes20(_fact(OWNER)));
    }

    /// @notice Time of registration, seconds since the epoch.
    function registeredAt() public view returns (uint256) {
        return IRegistrations(directory()).registeredAt(assetId());
    }

    /**
     * @notice Everything of the above in one call.
     * @return The directory, the asset's UUID, its organization's UUID, the registering address, the time in seconds.
     */
    function asset() external view returns (address, bytes16, bytes16, address, uint256) {
        return (directory(), assetId(), organizationId(), owner(), registeredAt());
    }

    /// @dev The 32 bytes of the facts from an offset on; zeros follow the last.
    function _fact(uint256 offset) internal view returns (bytes32 value) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0, add(PROXY, offset), 32)
            value := mload(0)
        }
    }

    /// @dev The facts from an offset to their end, as text.
    function _textFrom(uint256 offset) internal view returns (string memory) {
        uint256 start = PROXY + offset;
        uint256 size = address(this).code.length;
        bytes memory text = new bytes(size > start ? size - start : 0);
        assembly ("memory-safe") {
            extcodecopy(address(), add(text, 32), start, mload(text))
        }
        return string(text);
    }

    /// @dev An MD5 in hexadecimal as the 32 characters that it is, or empty when there is none.
    function _md5(bytes32 characters) internal pure returns (string memory) {
        return characters == bytes32(0) ? "" : string(abi.encodePacked(characters));
    }
}
