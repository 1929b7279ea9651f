// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AssetKind, DatasetFields, ModelFields} from "./AssetFields.sol";
import {DatasetContract} from "./DatasetContract.sol";
import {IDirectory} from "./IDirectory.sol";
import {IRegistrations} from "./IRegistrations.sol";
import {ModelContract} from "./ModelContract.sol";

/**
 * @title The directory of a platform's assets
 * @notice Knows which addresses act for which organization, and the one contract of every dataset and model.
 * The registrar decides about companies; only companies register assets; nobody changes or removes one.
 * A directory may name a predecessor: what that one knows, this one knows, and registers no second time. Companies are
 * authorised in each directory for itself.
 */
contract AssetDirectory is IDirectory, IRegistrations {
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

    /// @notice A required SHA-256 digest is zero.
    error MissingSha256();

    /// @notice A legacy MD5 field does not hold 32 characters.
    /// @param length The number of bytes found.
    error InvalidMd5Length(uint256 length);

    /// @notice A size below zero was declared.
    /// @param sizeBytes The size found.
    error NegativeSize(int256 sizeBytes);

    /// @notice The samples' dimension is longer than a contract should hold.
    /// @param length The number of bytes found.
    error DimensionTooLong(uint256 length);

    /// @notice The contract of an asset could not be created: the transaction's gas does not suffice.
    /// @param assetId UUID of the asset.
    error NotCreated(bytes16 assetId);

    /// @notice What a company registers as a dataset, among others.
    struct DatasetEntry {
        bytes16 assetId;
        DatasetFields fields;
    }

    /// @notice What a company registers as a model, among others.
    struct ModelEntry {
        bytes16 assetId;
        ModelFields fields;
    }

    /**
     * @notice One asset of several was not registered; the others are not affected.
     * @param assetId UUID of the asset.
     * @param refusal The error that registering it alone is reverted with.
     */
    event RegistrationRefused(bytes16 indexed assetId, bytes refusal);

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

    /// @notice The directory whose assets this one knows too; zero when it is the first.
    IDirectory public predecessor;

    /// @notice The code that the contract of every dataset runs.
    address public datasetCode;

    /// @notice The code that the contract of every model runs.
    address public modelCode;

    struct Company {
        bytes16 organizationId;
        bool authorized;
    }

    struct Asset {
        address location;
        AssetKind kind;
        uint64 registeredAt;
    }

    uint256 private constant LONGEST_DIMENSION = 1000;

    mapping(address company => Company) private _companies;
    mapping(bytes16 assetId => Asset) private _assets;

    /// @dev Only the registrar passes.
    modifier onlyRegistrar() {
        if (msg.sender != registrar) {
            revert NotRegistrar(msg.sender);
        }
        _;
    }

    /**
     * @notice The deploying account is the first registrar.
     * @param predecessor_ The directory whose assets this one is to know too; zero when it is the first.
     */
    constructor(IDirectory predecessor_) {
        registrar = msg.sender;
        predecessor = predecessor_;
        // Their addresses follow from this one's and these being the first and the second contract it creates.
        datasetCode = address(new DatasetContract());
        modelCode = address(new ModelContract());
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
        if (address(predecessor) != address(0)) {
            bytes16 before = predecessor.organizationOf(company);
            if (before != bytes16(0) && before != organizationId) {
                revert BoundToAnotherOrganization(company, before);
            }
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

    /// @notice The organization an address acts for in this directory, or zero.
    function organizationOf(address company) public view override(IDirectory, IRegistrations) returns (bytes16) {
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
        bytes16 organizationId = _organizationOfCaller();
        _require(_refusal(assetId, fields));
        return _register(assetId, organizationId, fields);
    }

    /**
     * @notice Creates the contract of a model. Its organization is the caller's, as the registrar recorded it.
     * @param assetId UUID of the model.
     * @param fields What the company declares of it. Assets it refers to must be in this directory, or before it.
     * @return location Address of the new contract.
     */
    function registerModel(bytes16 assetId, ModelFields calldata fields) external returns (address location) {
        bytes16 organizationId = _organizationOfCaller();
        _require(_refusal(assetId, fields));
        return _register(assetId, organizationId, fields);
    }

    /**
     * @notice Creates the contracts of many assets of one company: of the datasets, then of the models, each in the
     * given order, so that a model may refer to an asset that comes before it. An asset that cannot be registered is
     * left out with an event that says why. Repeating the call is therefore harmless: what is there is left as it is.
     * @param datasets The datasets.
     * @param models The models.
     */
    function registerAssets(DatasetEntry[] calldata datasets, ModelEntry[] calldata models) external {
        bytes16 organizationId = _organizationOfCaller();
        for (uint256 i = 0; i < datasets.length; i++) {
            bytes memory refusal = _refusal(datasets[i].assetId, datasets[i].fields);
            if (refusal.length == 0) {
                _register(datasets[i].assetId, organizationId, datasets[i].fields);
            } else {
                emit RegistrationRefused(datasets[i].assetId, refusal);
            }
        }
        for (uint256 i = 0; i < models.length; i++) {
            bytes memory refusal = _refusal(models[i].assetId, models[i].fields);
            if (refusal.length == 0) {
                _register(models[i].assetId, organizationId, models[i].fields);
            } else {
                emit RegistrationRefused(models[i].assetId, refusal);
            }
        }
    }

    /// @inheritdoc IDirectory
    function contractOf(bytes16 assetId) public view returns (address location, AssetKind kind) {
        Asset storage known = _assets[assetId];
        if (known.kind == AssetKind.None && address(predecessor) != address(0)) {
            return predecessor.contractOf(assetId);
        }
        return (known.location, known.kind);
    }

    /**
     * @notice The contracts of many assets.
     * @param assetIds UUIDs of the assets.
     * @return locations Addresses of their contracts in the same order, zero for an unknown asset.
     */
    function contractsOf(bytes16[] calldata assetIds) external view returns (address[] memory locations) {
        locations = new address[](assetIds.length);
        for (uint256 i = 0; i < assetIds.length; i++) {
            (locations[i], ) = contractOf(assetIds[i]);
        }
    }

    /// @inheritdoc IRegistrations
    function registeredAt(bytes16 assetId) external view returns (uint256) {
        return _assets[assetId].registeredAt;
    }

    /// @dev Refuses callers that act for nobody.
    function _organizationOfCaller() private view returns (bytes16 organizationId) {
        organizationId = organizationOf(msg.sender);
        if (organizationId == bytes16(0)) {
            revert NotAuthorized(msg.sender);
        }
    }

    /// @dev The error that a dataset cannot be registered with, encoded; empty if it can.
    function _refusal(bytes16 assetId, DatasetFields calldata fields) private view returns (bytes memory) {
        bytes memory refusal = _refusalOfNew(assetId);
        if (refusal.length != 0) {
            return refusal;
        }
        if (fields.sha256Digest == bytes32(0)) {
            return abi.encodeWithSelector(MissingSha256.selector);
        }
        if (bytes(fields.md5).length != 32) {
            return abi.encodeWithSelector(InvalidMd5Length.selector, bytes(fields.md5).length);
        }
        if (fields.sizeBytes < 0) {
            return abi.encodeWithSelector(NegativeSize.selector, fields.sizeBytes);
        }
        if (bytes(fields.samplesDimension).length > LONGEST_DIMENSION) {
            return abi.encodeWithSelector(DimensionTooLong.selector, bytes(fields.samplesDimension).length);
        }
        return "";
    }

    /// @dev The error that a model cannot be registered with, encoded; empty if it can.
    function _refusal(bytes16 assetId, ModelFields calldata fields) private view returns (bytes memory) {
        bytes memory refusal = _refusalOfNew(assetId);
        if (refusal.length != 0) {
            return refusal;
        }
        uint256 length = bytes(fields.trainImageMd5).length;
        if (length != 0 && length != 32) {
            return abi.encodeWithSelector(InvalidMd5Length.selector, length);
        }
        if (!_isKnown(fields.datasetId, AssetKind.Dataset)) {
            return abi.encodeWithSelector(UnknownAsset.selector, fields.datasetId, AssetKind.Dataset);
        }
        if (!_isKnown(fields.sourceModelId, AssetKind.Model)) {
            return abi.encodeWithSelector(UnknownAsset.selector, fields.sourceModelId, AssetKind.Model);
        }
        return "";
    }

    /// @dev Refuses the zero UUID and an asset that is registered already, here or before.
    function _refusalOfNew(bytes16 assetId) private view returns (bytes memory) {
        if (assetId == bytes16(0)) {
            return abi.encodeWithSelector(ZeroIdentifier.selector);
        }
        (address location, ) = contractOf(assetId);
        return location == address(0)
            ? bytes("")
            : abi.encodeWithSelector(AlreadyRegistered.selector, assetId, location);
    }

    /// @dev Whether a reference leads to an asset of its kind. Zero refers to nothing.
    function _isKnown(bytes16 assetId, AssetKind expected) private view returns (bool) {
        if (assetId == bytes16(0)) {
            return true;
        }
        (, AssetKind kind) = contractOf(assetId);
        return kind == expected;
    }

    /// @dev Reverts with an encoded error, if there is one.
    function _require(bytes memory refusal) private pure {
        if (refusal.length != 0) {
            assembly ("memory-safe") {
                revert(add(refusal, 32), mload(refusal))
            }
        }
    }

    /// @dev Creates the contract of a dataset that nothing speaks against.
    function _register(bytes16 assetId, bytes16 organizationId, DatasetFields calldata fields)
        private
        returns (address location)
    {
        location = _create(
            datasetCode,
            assetId,
            organizationId,
            abi.encodePacked(fields.sizeBytes, fields.sha256Digest, fields.md5, fields.samplesDimension)
        );
        _assets[assetId] = Asset(location, AssetKind.Dataset, uint64(block.timestamp));
        emit DatasetRegistered(assetId, organizationId, location, fields.sha256Digest);
    }

    /// @dev Creates the contract of a model that nothing speaks against.
    function _register(bytes16 assetId, bytes16 organizationId, ModelFields calldata fields)
        private
        returns (address location)
    {
        location = _create(
            modelCode,
            assetId,
            organizationId,
            abi.encodePacked(
                fields.developerId,
                fields.datasetId,
                fields.sourceModelId,
                fields.definitionSha256,
                bytes32(bytes(fields.trainImageMd5)),
                fields.trainImageSha256
            )
        );
        _assets[assetId] = Asset(location, AssetKind.Model, uint64(block.timestamp));
        emit ModelRegistered(assetId, organizationId, location, fields.datasetId);
    }

    /// @dev Creates a minimal proxy (EIP-1167) that carries an asset's facts behind its code.
    function _create(address code, bytes16 assetId, bytes16 organizationId, bytes memory declared)
        private
        returns (address location)
    {
        bytes memory facts = abi.encodePacked(address(this), assetId, organizationId, msg.sender, declared);
        bytes memory creation = abi.encodePacked(
            hex"61",
            uint16(45 + facts.length),
            hex"3d81600a3d39f3363d3d373d3d3d363d73",
            code,
            hex"5af43d82803e903d91602b57fd5bf3",
            facts
        );
        bytes32 salt = bytes32(assetId);
        assembly ("memory-safe") {
            location := create2(0, add(creation, 32), mload(creation), salt)
        }
        if (location == address(0)) {
            revert NotCreated(assetId);
        }
    }
}
