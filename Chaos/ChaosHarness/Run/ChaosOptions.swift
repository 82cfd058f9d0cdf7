/// What a run is to do, and with what.
package struct ChaosOptions: Sendable {
    package var seed: UInt64
    package var schedule: Schedule
    /// Folder with `icds-rpcd` and `icds`.
    package var programs: String
    /// The script that makes development certificates.
    package var certificates: String
    /// Folder with PostgreSQL's server programs; nil for Debian's newest.
    package var postgres: String?
    /// Where the run's folder is made.
    package var parent = "/tmp"
    /// Give each server a small file system of its own, which takes root.
    package var mountsDisks = false
    /// Leave the run's folder where it is. It stays in any case where something does not hold.
    package var keepsFolder = false

    package init(seed: UInt64, schedule: Schedule, programs: String, certificates: String) {
        self.seed = seed
        self.schedule = schedule
        self.programs = programs
        self.certificates = certificates
    }
}
