/// Why the registry did not do what was asked. The database's own errors come as `DatabaseError`.
public enum RegistryError: Error, Sendable, Equatable {
    case organisationNotFound
    /// A municipality that has no schema yet cannot be activated.
    case notProvisioned
    /// A municipality that is gone for good.
    case organisationEnded
    /// Only municipalities pilot.
    case notAMunicipality
    /// A municipality that has the system in use does not go back to a pilot.
    case alreadyInUse
    /// Nobody could operate the system any more.
    case lastOperator
    case systemNotFound
    /// This very certificate was revoked before; there is no way back.
    case certificateRevoked
    /// The register's rows do not fit each other: a membership names a municipality or an area that is
    /// not there. At most 20 of them, as "837 county 06".
    case danglingMemberships([String])
    /// Two rows of one thing are valid on the same day; the name is the table's.
    case overlappingRows(table: String)
    /// The registry has not been read for too long to go by what it said.
    case stale
}
