import Contract
import Tenancy
import Wire

/// Lists the generations of the municipalities' keys and how far their rotation is.
struct ListKeys: Sendable {
    static let standardPageSize: UInt32 = 500

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: ListKeysRequest, _ context: ServerContext
    ) async throws -> ListKeysResponse {
        let listing = [context.method.fullName]
        let after =
            try PageToken.position(
                request.pageToken, of: listing, count: 1, PageToken.municipalityCode) ?? ""
        let size = PageSize.rows(request.pageSize, standard: Self.standardPageSize)
        // Some hundred at the most: they are read at once, so that one page tells of one moment.
        let found = try await StatusMapping.mapping {
            try await environment.keyKeeper.status(deadline: context.deadline)
        }.filter { $0.tenant.code > after }
        var response = ListKeysResponse()
        response.municipalities = found.prefix(size).map { MunicipalityKeys($0) }
        response.masterKeyIds = environment.masterKeys.ids
        if found.count > size {
            response.nextPageToken = try PageToken.encode(
                position: [found[size - 1].tenant.code], of: listing)
        }
        return response
    }
}

extension MunicipalityKeys {
    init(_ status: TenantKeyStatus) {
        self.init()
        municipalityCode = status.tenant.code
        generations = status.generations.map { generation in
            .with {
                $0.number = UInt32(clamping: generation.number)
                $0.state =
                    switch generation.state {
                    case .incoming: .incoming
                    case .current: .current
                    case .retired: .retired
                    }
                $0.masterKeyID = generation.masterKeyID
                $0.createTime = Timestamp(generation.createTime)
                $0.answerCount = UInt64(clamping: generation.answerCount)
            }
        }
        rotation = status.rotation.map { KeyRotation($0) }
    }
}

extension KeyRotation {
    init(_ rotation: TenantKeyStatus.Rotation) {
        self.init()
        kind =
            switch rotation.kind {
            case .master: .master
            case .data: .data
            }
        state =
            switch rotation.state {
            case .ordered: .ordered
            case .building: .building
            case .clearing: .clearing
            case .done: .done
            }
        actorURI = rotation.actor
        orderTime = Timestamp(rotation.orderTime)
        rowCount = UInt64(clamping: rotation.rowCount)
        doneCount = UInt64(clamping: rotation.doneCount)
        finishTime = rotation.finishTime.map(Timestamp.init)
        failure = rotation.failure ?? ""
        failureTime = rotation.failureTime.map(Timestamp.init)
    }
}
