extension RegistryChanges {
    /// Adds or replaces rows of the national register, by code and first day of validity. Nothing is
    /// removed. All or nothing.
    ///
    /// - Throws: `RegistryError.danglingMemberships`, `.overlappingRows`; a `DatabaseError` of kind
    ///   `.checkViolation` for a row that the caller should have refused.
    public func load(_ load: RegisterLoad) async throws -> RegisterLoad.Outcome {
        try await mappingOverlaps {
            let source = SQLValue.text(load.source)
            _ = try await transaction.run([
                WorkStep(RegisterLoadStatements.lock),
                WorkStep(RegisterLoadStatements.lockOrganisations),
            ])
            let results = try await transaction.run([
                WorkStep(
                    RegisterLoadStatements.municipalities,
                    Self.columns(load.municipalities) + [source]),
                WorkStep(RegisterLoadStatements.areas, Self.columns(load.areas) + [source]),
                WorkStep(
                    RegisterLoadStatements.memberships, Self.columns(load.memberships) + [source]),
                WorkStep(RegisterLoadStatements.dangling),
            ])
            guard results[3].isEmpty else {
                throw RegistryError.danglingMemberships(
                    try results[3].rows.map { try $0.value("membership") })
            }
            let counts = try await transaction.run([
                WorkStep(RegisterLoadStatements.organisations),
                WorkStep(RegisterLoadStatements.counts),
            ])[1].only()
            return RegisterLoad.Outcome(
                municipalityCount: try counts.value("municipalities"),
                countyCount: try counts.value("counties"),
                changedCount: results[0...2].reduce(0) { $0 + $1.affectedRowCount })
        }
    }

    private static func columns(_ rows: [MunicipalityRow]) -> [SQLValue] {
        [
            .textArray(rows.map(\.code)), .textArray(rows.map(\.validFrom)),
            .textArray(rows.map { $0.validTo ?? "" }), .textArray(rows.map(\.name.fi)),
            .textArray(rows.map(\.name.sv)), .textArray(rows.map(\.name.en)),
            .intArray(rows.map { Int64($0.languageStatus) }),
        ]
    }

    private static func columns(_ rows: [AreaRow]) -> [SQLValue] {
        [
            .textArray(rows.map(\.kind.rawValue)), .textArray(rows.map(\.code)),
            .textArray(rows.map(\.validFrom)), .textArray(rows.map { $0.validTo ?? "" }),
            .textArray(rows.map(\.name.fi)), .textArray(rows.map(\.name.sv)),
            .textArray(rows.map(\.name.en)),
        ]
    }

    private static func columns(_ rows: [MembershipRow]) -> [SQLValue] {
        [
            .textArray(rows.map(\.municipalityCode)), .textArray(rows.map(\.areaKind.rawValue)),
            .textArray(rows.map(\.areaCode)), .textArray(rows.map(\.validFrom)),
            .textArray(rows.map { $0.validTo ?? "" }),
        ]
    }

    private func mappingOverlaps<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            if case .checkViolation(let constraint) = error.kind,
                let table = constraint.removing(suffix: "_overlap")
            {
                throw RegistryError.overlappingRows(table: table)
            }
            throw error
        }
    }
}

extension String {
    /// What stands before a suffix, or nil where the text does not end so.
    fileprivate func removing(suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }
}
