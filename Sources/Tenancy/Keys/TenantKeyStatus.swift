/// What is known of a municipality's keys: their generations, and the last order to rotate them.
public struct TenantKeyStatus: Sendable, Equatable {
    public struct Generation: Sendable, Equatable {
        public let number: Int
        public let state: TenantKeys.State
        /// Id of the master key that wraps it.
        public let masterKeyID: String
        public let createTime: SQLTimestamp
        /// Kept answers of idempotent calls for which a retired one is still needed.
        public let answerCount: Int64
    }

    public struct Rotation: Sendable, Equatable {
        public enum State: String, Sendable { case ordered, building, clearing, done }

        public let kind: KeyRotationKind
        public let state: State
        public let actor: String
        public let orderTime: SQLTimestamp
        /// Identity codes that there were when it began.
        public let rowCount: Int64
        /// How many of them the present state is through with.
        public let doneCount: Int64
        public let finishTime: SQLTimestamp?
        /// Why the last attempt failed: a stable word, a colon and what it means.
        public let failure: String?
        public let failureTime: SQLTimestamp?
    }

    public let tenant: TenantSchema
    public var generations: [Generation]
    public var rotation: Rotation?
}

/// What is rotated.
public enum KeyRotationKind: String, Sendable {
    /// The master key: the tenants' keys stay and are wrapped anew.
    case master
    /// The tenant's key: a new generation of it.
    case data
}

/// What came of an order for one municipality.
public enum KeyOrderResult: String, Sendable {
    case ordered
    /// An earlier order is not done yet.
    case underWay = "under_way"
    case notFound = "not_found"
    case notProvisioned = "not_provisioned"
    case ended
}

extension RegistryChanges {
    /// Orders a rotation. The daemons' `KeyKeeper`s carry it out.
    ///
    /// - Parameter tenants: nil: all that have keys.
    public func orderKeyRotation(
        _ kind: KeyRotationKind, of tenants: [TenantSchema]?, actor: String
    ) async throws -> [(code: String, outcome: KeyOrderResult)] {
        let found = try await transaction.run(
            Self.orderKeyRotation,
            [
                tenants.map { .textArray($0.map(\.code)) } ?? .null, .text(kind.rawValue),
                .text(actor),
            ])
        return try found.rows.map {
            (code: try $0.value("code"), outcome: try $0.enumeration("outcome"))
        }
    }

    private static let orderKeyRotation = Statement(
        "registry.order-key-rotation",
        #"""
        SELECT code, outcome FROM registry.order_key_rotation($1::text[], $2, $3)
        """#)
}

extension KeyKeeper {
    /// The keys of all municipalities that have any, by code.
    public func status(
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> [TenantKeyStatus] {
        let results = try await migrator.run(
            [WorkStep(KeyRotationStatements.keys), WorkStep(KeyRotationStatements.rotations)],
            in: Scope(role: "icds_owner"),
            options: WorkOptions(isolation: .repeatableRead, readOnly: true, deadline: deadline))
        var found: [String: TenantKeyStatus] = [:]
        for row in results[0].rows {
            guard let tenant = TenantSchema(municipalityCode: try row.value("code")) else {
                continue
            }
            found[tenant.code, default: TenantKeyStatus(tenant: tenant, generations: [])]
                .generations.append(try TenantKeyStatus.Generation(row))
        }
        for row in results[1].rows {
            found[try row.value("municipality_code")]?.rotation =
                try TenantKeyStatus.Rotation(row)
        }
        return found.values.sorted { $0.tenant.code < $1.tenant.code }
    }
}

extension KeyKeeper {
    /// Master keys that wrap tenants' keys and that are not here, nor in their source, by id, with the
    /// number of municipalities.
    public func unknownMasterKeys() async throws -> [(id: String, count: Int)] {
        var counts: [String: Int] = [:]
        for tenant in try await status() {
            for id in Set(tenant.generations.map(\.masterKeyID)) { counts[id, default: 0] += 1 }
        }
        var unknown: [(id: String, count: Int)] = []
        for (id, count) in counts.sorted(by: { $0.key < $1.key }) {
            if (try? await masterKeys.find(id: id)) == nil { unknown.append((id, count)) }
        }
        return unknown
    }
}

extension TenantKeyStatus.Generation {
    init(_ row: SQLRow) throws {
        self.init(
            number: try row.value("generation"), state: try row.enumeration("state"),
            masterKeyID: try row.value("master_key_id"), createTime: try row.value("create_time"),
            answerCount: try row.value("answer_count"))
    }
}

extension TenantKeyStatus.Rotation {
    init(_ row: SQLRow) throws {
        self.init(
            kind: try row.enumeration("kind"), state: try row.enumeration("state"),
            actor: try row.value("actor"), orderTime: try row.value("order_time"),
            rowCount: try row.value("row_count"), doneCount: try row.value("done_count"),
            finishTime: try row.optional("finish_time"), failure: try row.optional("failure"),
            failureTime: try row.optional("failure_time"))
    }
}
