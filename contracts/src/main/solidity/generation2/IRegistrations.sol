// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/**
 * @title What a record asks the directory that created it
 */
interface IRegistrations {
    /**
     * @notice The organization an address acts for.
     * @param company The address of a company.
     * @return The organization's UUID, or zero when the address is not (or no longer) authorised.
     */
    function organizationOf(address company) external view returns (bytes16);

    /**
     * @notice When an asset was registered in this very directory.
     * @param assetId UUID of the asset.
     * @return Seconds since the epoch, or zero when this directory did not register it.
     */
    function registeredAt(bytes16 assetId) external view returns (uint256);
}
