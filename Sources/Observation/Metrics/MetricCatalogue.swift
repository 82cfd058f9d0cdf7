extension MetricFamily {
    /// Every metric of the daemon. docs/operations.md explains them, and a test compares the two.
    ///
    /// No label tells one organisation from another: who works when with whose clients is not for a
    /// monitoring system, and a label for each of 308 municipalities would multiply every series.
    /// `icds connections` shows it to the operator.
    public static let daemon: [MetricFamily] =
        calls + connections + databases + audit + certificates + process

    static let calls: [MetricFamily] = [
        MetricFamily(
            "icds_calls_total", .counter,
            "Calls that ended, by method and by code; \"unknown\" where no method was found.",
            labels: ["method", "code"], isSparse: true),
        MetricFamily(
            "icds_call_seconds", .histogram,
            "Time from a call's arrival to its end, by method.", labels: ["method"],
            isSparse: true),
        MetricFamily(
            "icds_ends_total", .counter,
            "Calls, connections and handshakes that ended otherwise than well, by reason.",
            labels: ["reason"]),
        MetricFamily("icds_calls_open", .gauge, "Calls that are open now."),
        MetricFamily(
            "icds_request_bytes_held", .gauge,
            "Bytes of requests that are in memory now."),
        MetricFamily("icds_handlers_running", .gauge, "Handlers that run now."),
        MetricFamily(
            "icds_refusals_recorded_total", .counter,
            "Refused calls about clients that were recorded, in a municipality's log or the daemon's."
        ),
    ]

    static let connections: [MetricFamily] = [
        MetricFamily(
            "icds_connections_open", .gauge,
            "Open connections, those in their handshake included."),
        MetricFamily("icds_connections_accepted_total", .counter, "Connections accepted."),
        MetricFamily(
            "icds_connections_refused_total", .counter,
            "Connections closed before their handshake, by reason.", labels: ["reason"],
            isSparse: true),
        MetricFamily(
            "icds_handshakes_total", .counter,
            "TLS handshakes that ended, by result: \"ok\" or why they failed.",
            labels: ["result"], isSparse: true),
        MetricFamily(
            "icds_received_bytes_total", .counter, "Bytes that came, without TLS's own."),
        MetricFamily("icds_sent_bytes_total", .counter, "Bytes sent, without TLS's own."),
    ]

    static let databases: [MetricFamily] = [
        MetricFamily(
            "icds_database_connections_open", .gauge, "Connections to the database, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_connections_in_use", .gauge,
            "Connections to the database that work now, by pool.", labels: ["pool"]),
        MetricFamily(
            "icds_database_works_waiting", .gauge,
            "Works that wait for a connection to the database, by pool.", labels: ["pool"]),
        MetricFamily(
            "icds_database_connections_opened_total", .counter,
            "Connections to the database that were made, by pool.", labels: ["pool"]),
        MetricFamily(
            "icds_database_connect_failures_total", .counter,
            "Attempts to connect to the database that failed, by pool.", labels: ["pool"]),
        MetricFamily(
            "icds_database_segments_under_way", .gauge,
            "Runs and parts of transactions that were sent to the database and are not answered, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_wait_seconds", .histogram,
            "Time that a run or a part of a transaction waits for a connection, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_run_seconds", .histogram,
            "Time from sending a run or a part of a transaction to its answer, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_works_refused_total", .counter,
            "Works that were refused because the queue or an organisation's share of it was full, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_connections_closed_total", .counter,
            "Connections to the database that were closed, by pool and by reason.",
            labels: ["pool", "reason"], isSparse: true),
        MetricFamily(
            "icds_database_statement_hits_total", .counter,
            "Statements that their connection had prepared, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_statement_misses_total", .counter,
            "Statements that had to be prepared first, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_database_copied_bytes_total", .counter,
            "Bytes of COPY, by pool and by direction: \"in\" to the database, \"out\" of it.",
            labels: ["pool", "direction"], isSparse: true),
        MetricFamily(
            "icds_database_notifications_total", .counter,
            "Notifications of the database that came, by pool.",
            labels: ["pool"]),
        MetricFamily(
            "icds_registry_age_seconds", .gauge,
            "Time since the registry was last known to be current; over 30 nobody is let in."),
    ]

    static let audit: [MetricFamily] = [
        MetricFamily(
            "icds_audit_seal_lag_seconds", .gauge,
            "Time since the moment before which all rows of all logs are known to be sealed, "
                + "but for logs that fail."),
        MetricFamily(
            "icds_audit_rows_sealed_total", .counter, "Rows that this daemon has sealed."),
        MetricFamily(
            "icds_audit_logs_failing", .gauge,
            "Municipalities' logs that cannot be sealed; each needs somebody to look, before it has "
                + "failed for `audit.lagSecondsMax`."),
        MetricFamily(
            "icds_audit_checkpoint_size", .gauge, "Size of the newest checkpoint that was made."),
    ]

    static let certificates: [MetricFamily] = [
        MetricFamily(
            "icds_certificate_not_after_timestamp_seconds", .gauge,
            "When the daemon's own certificate runs out, in seconds since 1970."),
        MetricFamily(
            "icds_crl_next_update_timestamp_seconds", .gauge,
            "When an authority is first without a valid revocation list, in seconds since 1970."),
        MetricFamily(
            "icds_tls_files_read_timestamp_seconds", .gauge,
            "When certificates, key and revocation lists were last found sound, since 1970."),
        MetricFamily(
            "icds_tls_files_failures", .gauge,
            "Attempts in succession that found certificates, key or revocation lists unsound."),
    ]

    static let process: [MetricFamily] = [
        MetricFamily(
            "process_cpu_seconds_total", .counter, "CPU time of the process, user and system."),
        MetricFamily("process_resident_memory_bytes", .gauge, "Memory of the process in RAM."),
        MetricFamily("process_open_fds", .gauge, "Open file descriptors."),
        MetricFamily("process_max_fds", .gauge, "File descriptors that may be open at most."),
        MetricFamily(
            "process_start_time_seconds", .gauge, "When the process began, in seconds since 1970."),
        MetricFamily(
            "icds_build_info", .gauge, "Always 1; the label says which version runs.",
            labels: ["version"]),
    ]
}
