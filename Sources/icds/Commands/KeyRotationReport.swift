import Contract
import Wire

/// What came of an order to rotate keys.
struct KeyRotationReport {
    /// How often the state is asked for.
    static let interval: Duration = .seconds(1)

    var orders: [KeyOrder]
    /// Those that were ordered, as they were last seen; empty where nobody waited.
    var municipalities: [MunicipalityKeys] = []

    init(orders: [KeyOrder]) {
        self.orders = orders
    }

    /// Whether its order will be, or is being, carried out.
    private static func isAccepted(_ order: KeyOrder) -> Bool {
        order.outcome == .ordered || order.outcome == .underWay
    }

    /// Shows the progress until each is done or has failed.
    func follow(_ session: Session) async throws -> [MunicipalityKeys] {
        let codes = Set(orders.filter(Self.isAccepted).map(\.municipalityCode))
        let progress = Progress(title: "rotating", total: codes.count)
        defer { progress.finish() }
        var ended: Set<String> = []
        while true {
            let found = try await KeyListing.read(session).municipalities
                .filter { codes.contains($0.municipalityCode) }
            for keys in found where !ended.contains(keys.municipalityCode) {
                let rotation = keys.rotation ?? KeyRotation()
                guard rotation.state == .done || !rotation.failure.isEmpty else { continue }
                ended.insert(keys.municipalityCode)
                progress.advance(Self.line(keys.municipalityCode, rotation))
            }
            let missing = codes.subtracting(found.map(\.municipalityCode))
            if ended.union(missing).count == codes.count { return found }
            try await Task.sleep(for: Self.interval)
        }
    }

    private static func line(_ code: String, _ rotation: KeyRotation) -> String {
        rotation.failure.isEmpty
            ? "\(code): \(rotation.rowCount) identity codes" : "FAILED \(code): \(rotation.failure)"
    }

    private var failures: [MunicipalityKeys] {
        municipalities.filter { !($0.rotation?.failure ?? "").isEmpty }
    }

    var exitStatus: ExitStatus? {
        failures.isEmpty && orders.allSatisfy(Self.isAccepted) ? nil : .partial
    }

    func text(columnsMax: Int?) -> String {
        var text = ""
        let refused = orders.filter { !Self.isAccepted($0) }
        if !refused.isEmpty || !failures.isEmpty {
            var table = Table([.fixed("code"), .flexible("why not")])
            for order in refused {
                table.add([order.municipalityCode, EnumText.label(order.outcome)])
            }
            for keys in failures {
                table.add([keys.municipalityCode, keys.rotation?.failure ?? ""])
            }
            text += table.rendered(columnsMax: columnsMax) + "\n"
        }
        let accepted = orders.count - refused.count
        if municipalities.isEmpty {
            text += "\(accepted) ordered, \(refused.count) not\n"
            if accepted > 0 { text += "`icds keys status` shows how far they are.\n" }
        } else {
            let done = municipalities.count { $0.rotation?.state == .done }
            text += "\(done) done, \(failures.count) failed, \(refused.count) not ordered\n"
            if !failures.isEmpty { text += "Those that failed are tried again by themselves.\n" }
        }
        return text
    }

    var json: JSONValue {
        .object([
            JSONMember(name: "orders", value: .array(orders.map(\.json))),
            JSONMember(name: "municipalities", value: .array(municipalities.map(\.json))),
        ])
    }
}
