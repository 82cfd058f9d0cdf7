import Observation
import Services
import Tenancy
import Wire

/// The daemon's metrics: what is counted where it happens anyhow is read when they are asked for, so
/// that no call pays for it.
struct DaemonMetrics: Sendable {
    let registry = MetricsRegistry(families: MetricFamily.daemon)

    /// What can be said before there is a server.
    func sampleProcess(startedAt: Timestamp) {
        registry.sample("process_cpu_seconds_total") { [MetricSample(ProcessUsage.cpuSeconds)] }
        registry.sample("process_resident_memory_bytes") {
            [MetricSample(ProcessUsage.residentBytes)]
        }
        registry.sample("process_open_fds") { [MetricSample(ProcessUsage.openDescriptors)] }
        registry.sample("process_max_fds") { [MetricSample(ProcessUsage.descriptorsMax)] }
        registry.sample("process_start_time_seconds") {
            [MetricSample(Double(startedAt.seconds) + Double(startedAt.nanos) / 1e9)]
        }
        registry.sample("icds_build_info") { [MetricSample(1, ICDSDaemon.version)] }
    }

    func sample(_ databases: Databases, _ cache: RegistryCache) {
        let pools: [(String, Database)] = [
            ("api", databases.api), ("sharing", databases.sharing),
            ("operator", databases.operator), ("migrator", databases.migrator),
            ("sealer", databases.sealer),
        ]
        func each(_ name: String, _ value: @escaping @Sendable (DatabaseStatistics) -> Int) {
            registry.sample(name) {
                pools.map { MetricSample(value($0.1.statistics), $0.0) }
            }
        }
        each("icds_database_connections_open") { $0.connectionsOpen }
        each("icds_database_connections_in_use") { $0.connectionsInUse }
        each("icds_database_works_waiting") { $0.worksWaiting }
        each("icds_database_connections_opened_total") { $0.connectionsOpened }
        each("icds_database_connect_failures_total") { $0.connectFailures }
        each("icds_database_segments_under_way") { $0.segmentsUnderWay }
        each("icds_database_works_refused_total") { $0.worksRefused }
        each("icds_database_statement_hits_total") { $0.statementHits }
        each("icds_database_statement_misses_total") { $0.statementMisses }
        each("icds_database_notifications_total") { $0.notifications }
        registry.sample("icds_database_connections_closed_total") {
            pools.flatMap { name, database in
                let closed = database.statistics.connectionsClosed
                return ConnectionEnd.allCases.map {
                    MetricSample(closed[$0] ?? 0, name, $0.rawValue)
                }
            }
        }
        registry.sample("icds_database_copied_bytes_total") {
            pools.flatMap { name, database in
                let statistics = database.statistics
                return [
                    MetricSample(statistics.copyBytesIn, name, "in"),
                    MetricSample(statistics.copyBytesOut, name, "out"),
                ]
            }
        }
        registry.sample("icds_registry_age_seconds") {
            cache.age.map { [MetricSample($0 / .seconds(1))] } ?? []
        }
    }

    func sample(_ sealing: SealingStatus) {
        registry.sample("icds_audit_seal_lag_seconds") {
            [MetricSample(sealing.lag() / .seconds(1))]
        }
        registry.sample("icds_audit_rows_sealed_total") { [MetricSample(sealing.rowsSealed)] }
        registry.sample("icds_audit_logs_failing") { [MetricSample(sealing.failedCount)] }
        registry.sample("icds_audit_checkpoint_size") {
            [MetricSample(Double(sealing.checkpointSize))]
        }
    }

    func sample(_ certificates: TLSContextKeeper) {
        registry.sample("icds_certificate_not_after_timestamp_seconds") {
            [MetricSample(Double(certificates.status.certificateNotAfter))]
        }
        registry.sample("icds_crl_next_update_timestamp_seconds") {
            certificates.status.revocationListsNextUpdate.map { [MetricSample(Double($0))] } ?? []
        }
        registry.sample("icds_tls_files_read_timestamp_seconds") {
            [MetricSample(Double(certificates.status.lastSuccess))]
        }
        registry.sample("icds_tls_files_failures") {
            [MetricSample(certificates.status.failuresInSuccession)]
        }
    }

    func sample(_ server: RPCServer, refusalsRecorded: @escaping @Sendable () -> Int) {
        func each(_ name: String, _ value: @escaping @Sendable (ServerStatistics) -> Int) {
            registry.sample(name) { [MetricSample(value(server.statistics))] }
        }
        each("icds_connections_open") { $0.openConnections }
        each("icds_connections_accepted_total") { $0.connectionsAccepted }
        each("icds_calls_open") { $0.openCalls }
        each("icds_request_bytes_held") { $0.requestBytesHeld }
        each("icds_handlers_running") { $0.runningHandlers }
        each("icds_received_bytes_total") { $0.bytesReceived }
        each("icds_sent_bytes_total") { $0.bytesSent }
        registry.sample("icds_ends_total") {
            server.statistics.endsByReason.sorted { $0.key < $1.key }
                .map { MetricSample($0.value, $0.key) }
        }
        registry.sample("icds_refusals_recorded_total") { [MetricSample(refusalsRecorded())] }
    }
}
