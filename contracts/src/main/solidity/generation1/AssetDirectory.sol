// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetKind, DatasetFields, ModelFields} from "./AssetFields.sol";
import {DatasetContract} from "./DatasetContract.sol";
import {ICompanies} from "./ICompanies.sol";
import {ModelContract} from "./ModelContract.sol";

/**
 * @title The directory of a platform's assets
 * @notice Knows which addresses act for which organization, and the one contract of every dataset and model.
 * The registrar decides about companies; only companies register assets; nobody changes or removes one.
 */
contract AssetDirectory is ICompanies {
    /// @notice The caller is not the registrar.
    /// @param caller The calling address.
    error NotRegistrar(address caller);

    /// @notice The caller is not the account the role was offered to.
    /// @param caller The calling address.
    error NotPendingRegistrar(address caller);

    /// @notice The caller is not an authorised company.
    /// @param caller The calling address.
    error NotAuthorized(address caller);

    /// @notice The zero address or a zero UUID where a real one is needed.
    error ZeroIdentifier();

    /// @notice The address already belongs to another organization, now or before it was revoked.
    /// @param company The address.
    /// @param organizationId The organization it is bound to.
    error BoundToAnotherOrganization(address company, bytes16 organizationId);

    /// @notice The asset has a contract already.
    /// @param assetId UUID of the asset.
    /// @param location The contract's address.
    error AlreadyRegistered(bytes16 assetId, address location);

    /// @notice An asset that a model refers to is not in this directory, or is of another kind.
    /// @param assetId UUID of the asset referred to.
    /// @param expected The kind it should be of.
    error UnknownAsset(bytes16 assetId, AssetKind expected);

    /**
     * @notice The registrar's role was offered to another account, or the offer was withdrawn (zero).
     * @param current The registrar.
     * @param offeredTo The account that may accept the role.
     */
    event RegistrarOffered(address indexed current, address indexed offeredTo);

    /**
     * @notice The registrar's role passed on.
     * @param previous The former registrar, zero at deployment.
     * @param current The new registrar.
     */
    event RegistrarChanged(address indexed previous, address indexed current);

    /**
     * @notice An address may from now on act for an organization.
     * @param company The address.
     * @param organizationId UUID of the organization.
     */
    event CompanyAuthorized(address indexed company, bytes16 indexed organizationId);

    /**
     * @notice An address may no longer act for an organization.
     * @param company The address.
     * @param organizationId UUID of the organization.
     */
    event CompanyRevoked(address indexed company, bytes16 indexed organizationId);

    /**
     * @notice A dataset was registered.
     * @param assetId UUID of the dataset.
     * @param organizationId UUID of its organization.
     * @param location Address of its contract.
     * @param sha256Digest SHA-256 of the file.
     */
    event DatasetRegistered(
        bytes16 indexed assetId, bytes16 indexed organizationId, address indexed location, bytes32 sha256Digest
    );

    /**
     * @notice A model was registered, before its training.
     * @param assetId UUID of the model.
     * @param organizationId UUID of its organization.
     * @param location Address of its contract.
     * @param datasetId UUID of the dataset it is trained on, or zero.
     */
    event ModelRegistered(
        bytes16 indexed assetId, bytes16 indexed organizationId, address indexed location, bytes16 datasetId
    );

    /// @notice The account that decides about companies.
    address public registrar;

    /// @notice The account the registrar's role is offered to; zero when there is no offer.
    address public pendingRegistrar;

    struct Company {
        bytes16 organizationId;
        bool authorized;
    }

    struct Asset {
        address location;
        AssetKind kind;
    }

    mapping(address company => Company) private _companies;
    mapping(bytes16 assetId => Asset) private _assets;

    /// @dev Only the registrar passes.
    modifier onlyRegistrar() {
        if (msg.sender != registrar) {
            revert NotRegistrar(msg.sender);
        }
        _;
    }

    /// @notice The deploying account is the first registrar.
    constructor() {
        registrar = msg.sender;
        emit RegistrarChanged(address(0), msg.sender);
    }

    /**
     * @notice Offers the registrar's role to another account, which has to accept it.
     * @param account The account; zero withdraws an offer.
     */
    function offerRegistrar(address account) external onlyRegistrar {
        pendingRegistrar = account;
        emit RegistrarOffered(msg.sender, account);
    }

    /// @notice Accepts the registrar's role.
    function acceptRegistrar() external {
        if (msg.sender != pendingRegistrar) {
            revert NotPendingRegistrar(msg.sender);
        }
        address previous = registrar;
        registrar = msg.sender;
        pendingRegistrar = address(0);
        emit RegistrarChanged(previous, msg.sender);
    }

    /**
     * @notice Lets an address act for an organization. An organization may have several addresses, so that a key can
     * be replaced without a gap; an address is bound to one organization for ever. Repeating is harmless.
     * @param company The address.
     * @param organizationId UUID of the organization.
     */
    function authorizeCompany(address company, bytes16 organizationId) external onlyRegistrar {
        if (company == address(0) || organizationId == bytes16(0)) {
            revert ZeroIdentifier();
        }
        Company storage known = _companies[company];
        if (known.organizationId != bytes16(0) && known.organizationId != organizationId) {
            revert BoundToAnotherOrganization(company, known.organizationId);
        }
        if (!known.authorized) {
            known.organizationId = organizationId;
            known.authorized = true;
            emit CompanyAuthorized(company, organizationId);
        }
    }

    /**
     * @notice Stops an address from acting for its organization. What it registered stays.
     * @param company The address.
     */
    function revokeCompany(address company) external onlyRegistrar {
        Company storage known = _companies[company];
        if (!known.authorized) {
            revert NotAuthorized(company);
        }
        known.authorized = false;
        emit CompanyRevoked(company, known.organizationId);
    }

    /// @inheritdoc ICompanies
    function organizationOf(address company) public view returns (bytes16) {
        Company storage known = _companies[company];
        return known.authorized ? known.organizationId : bytes16(0);
    }

    /**
     * @notice Creates the contract of a dataset. Its organization is the caller's, as the registrar recorded it.
     * @param assetId UUID of the dataset.
     * @param fields What the company declares of it.
     * @return location Address of the new contract.
     */
    function registerDataset(bytes16 assetId, DatasetFields calldata fields) external returns (address location) {
        bytes16 organizationId = _requireNewAssetOfCompany(assetId);
        location = address(
            new DatasetContract{salt: bytes32(assetId)}(assetId, organizationId, msg.sender, fields)
        );
        _assets[assetId] = Asset(location, AssetKind.Dataset);
        emit DatasetRegistered(assetId, organizationId, location, fields.sha256Digest);
    }

    /**
     * @notice Creates the contract of a model. Its organization is the caller's, as the registrar recorded it.
     * @param assetId UUID of the model.
     * @param fields What the company declares of it. Assets it refers to must be in this directory.
     * @return location Address of the new contract.
     */
    function registerModel(bytes16 assetId, ModelFields calldata fields) external returns (address location) {
        bytes16 organizationId = _requireNewAssetOfCompany(assetId);
        _requireKnown(fields.datasetId, AssetKind.Dataset);
        _requireKnown(fields.sourceModelId, AssetKind.Model);
        location = address(
            new ModelContract{salt: bytes32(assetId)}(assetId, organizationId, msg.sender, fields)
        );
        _assets[assetId] = Asset(location, AssetKind.Model);
        emit ModelRegistered(assetId, organizationId, location, fields.datasetId);
    }

    /**
     * @notice The contract of an asset.
     * @param assetId UUID of the asset.
     * @return location Address of its contract, or zero.
     * @return kind What it is.
     */
    function contractOf(bytes16 assetId) external view returns (address location, AssetKind kind) {
        Asset storage known = _assets[assetId];
        return (known.location, known.kind);
    }

    /// @dev Refuses strangers, the zero UUID and an asset that is registered already.
    function _requireNewAssetOfCompany(bytes16 assetId) private view returns (bytes16 organizationId) {
        organizationId = organizationOf(msg.sender);
        if (organizationId == bytes16(0)) {
            revert NotAuthorized(msg.sender);
        }
        if (assetId == bytes16(0)) {
            revert ZeroIdentifier();
        }
        address location = _assets[assetId].location;
        if (location != address(0)) {
            revert AlreadyRegistered(assetId, location);
        }
    }

    /// @dev Refuses a reference to an asset that is not here. Zero refers to nothing.
    function _requireKnown(bytes16 assetId, AssetKind expected) private view {
        if (assetId != bytes16(0) && _assets[assetId].kind != expected) {
            revert UnknownAsset(assetId, expected);
        }
    }
}
