// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetKind} from "./AssetFields.sol";

/**
 * @title What every generation of the directory answers
 * @notice A directory asks its predecessor these questions; directories of the first generation answer them too.
 */
interface IDirectory {
    /**
     * @notice The organization an address acts for.
     * @param company The address of a company.
     * @return The organization's UUID, or zero when the address is not (or no longer) authorised.
     */
    function organizationOf(address company) external view returns (bytes16);

    /**
     * @notice The contract of an asset.
     * @param assetId UUID of the asset.
     * @return location Address of its contract, or zero.
     * @return kind What it is.
     */
    function contractOf(bytes16 assetId) external view returns (address location, AssetKind kind);
}
