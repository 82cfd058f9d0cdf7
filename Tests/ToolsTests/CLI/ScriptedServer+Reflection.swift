import Contract
import Wire

/// The whole contract, as a daemon tells it.
extension ScriptedServices: ReflectionServiceProtocol {
    func listServices(
        _ request: ListServicesRequest, context: ServerContext
    ) async throws -> ListServicesResponse {
        let methods = ContractMethods.all + (tellsTesting ? ContractMethods.testing : [])
        let services = Dictionary(grouping: methods, by: \.service)
        return ListServicesResponse.with {
            $0.services = services.map { name, methods in
                ServiceSummary.with {
                    $0.name = name
                    $0.methods = methods.map { method in
                        MethodSummary.with { $0.fullName = method.fullName }
                    }
                }
            }
        }
    }

    func getDescriptorSet(
        _ request: GetDescriptorSetRequest, context: ServerContext
    ) async throws -> GetDescriptorSetResponse {
        let testing = tellsTesting ? ContractDescriptorSet.testing : []
        return GetDescriptorSetResponse.with {
            $0.descriptorSet = ContractDescriptorSet.contract + testing
        }
    }
}

/// Two connections, one of them in its handshake.
extension ScriptedServices: ConnectionServiceProtocol {
    private static let connected = Connection.with {
        $0.id = 7
        $0.peerURI = "urn:icds:municipality:837:casework"
        $0.remoteAddress = "192.0.2.7"
        $0.ageMilliseconds = 125_000
        $0.callsStarted = 9
        $0.callsFailed = 1
        $0.bytesReceived = 2_345
        $0.rejections = [
            ReasonCount.with {
                $0.reason = "TOO_MANY_OPEN_CALLS"
                $0.count = 1
            }
        ]
    }

    func listConnections(
        _ request: ListConnectionsRequest, context: ServerContext
    ) async throws -> ListConnectionsResponse {
        ListConnectionsResponse.with {
            $0.connections = [Self.connected, Connection.with { $0.id = 8 }]
        }
    }

    func getConnection(
        _ request: GetConnectionRequest, context: ServerContext
    ) async throws -> GetConnectionResponse {
        guard request.id == Self.connected.id else {
            throw RPCStatus(.notFound, "CONNECTION_NOT_FOUND", "There is none.")
        }
        return GetConnectionResponse.with { $0.connection = Self.connected }
    }

    func getServerTotals(
        _ request: GetServerTotalsRequest, context: ServerContext
    ) async throws -> GetServerTotalsResponse {
        GetServerTotalsResponse.with {
            $0.totals = ServerTotals.with { $0.connectionsAccepted = 31 }
        }
    }
}
