import Testing

@testable import Tenancy

/// The functions of PostgreSQL's own that do something (VOLATILE) and that our roles may execute, each with
/// the reason why that is harmless. A newer PostgreSQL with a function that is not listed fails here
/// until somebody has looked at it.
@Suite struct FunctionRightsTests {
    /// Reasons, and the names as a regular expression of whole names.
    static let permitted: [(reason: String, names: String)] = [
        (
            "clocks, random numbers, the session's own state",
            "clock_timestamp|timeofday|gen_random_uuid|random|random_normal|setseed|set_config"
                + "|current_query|currval|lastval|pg_sleep(_for|_until)?|pg_jit_available"
                + "|pg_stat_clear_snapshot|pg_stat_force_next_flush|pg_stat_get_xact_.*"
        ),
        (
            "sequences: each asks for the right to that sequence",
            "nextval|setval|pg_sequence_last_value|pg_get_sequence_data"
        ),
        (
            "run a query that is given as text with the caller's own rights",
            "query_to_xml|query_to_xmlschema|query_to_xml_and_xmlschema|cursor_to_xml(schema)?"
                + "|ts_stat|ts_rewrite|currtid2"
        ),
        ("indexes: of the owner only", "brin_.*|gin_clean_pending_list"),
        (
            "handlers that SQL cannot call",
            ".*handler|amvalidate|dsnowball_.*|bernoulli|system"
                + "|plpgsql_validator"
        ),
        (
            "refused inside: superusers, or a role with REPLICATION",
            "binary_upgrade_.*|pg_(copy|create|drop)_.*slot|pg_replication_slot_advance"
                + "|pg_logical_slot_.*|pg_nextoid|pg_stop_making_pinned_objects"
                + "|pg_import_system_collations|pg_read_file_old|pg_rotate_logfile_old"
                + "|pg_extension_config_dump|pg_sync_replication_slots"
        ),
        (
            "sizes on the disk, also of others' tables: the threat model has them",
            "pg_(database|indexes|relation|table|tablespace|total_relation)_size"
                + "|pg_database_collation_actual_version|pg_collation_actual_version"
        ),
        (
            "where the server and its log of writes stand; no data",
            "pg_control_.*|pg_current_wal_.*|pg_is_.*|pg_last_.*|pg_get_wal_.*|pg_xact_.*"
                + "|pg_get_multixact_(members|stats)|txid_status|pg_partition_(ancestors|tree)"
                + "|pg_prepared_xact|pg_stat_get_recovery_prefetch|pg_column_toast_chunk_id"
        ),
        (
            "who waits for whom, by process number",
            "pg_lock_status|pg_blocking_pids"
                + "|pg_safe_snapshot_blocking_pids|pg_isolation_test_session_is_blocked"
        ),
        ("a snapshot for another session, with that session's rights", "pg_export_snapshot"),
        (
            "messages between sessions: nothing that we send carries data, and nobody believes one",
            "pg_notify|pg_notification_queue_usage"
        ),
    ]

    /// The owner, the writer of the registry and the sealer take locks that end with the transaction.
    static let lockers = "pg_(try_)?advisory_xact_lock"

    @Test func everyFunctionThatDoesSomethingIsExplained() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let explained = Self.permitted.map(\.names).joined(separator: "|")
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let mayLock = ["icds_registry_writer", "icds_sealing"].contains(attacker.effectiveRole)
            let names = mayLock ? explained + "|" + Self.lockers : explained
            let others = try fixture.rows(
                """
                SELECT DISTINCT p.oid::regprocedure::text
                FROM pg_proc AS p
                WHERE p.pronamespace::regnamespace::text IN ('pg_catalog', 'information_schema')
                    AND p.provolatile = 'v'
                    AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
                    AND has_function_privilege('\(attacker.effectiveRole)', p.oid, 'EXECUTE')
                    AND p.proname !~ '^(\(names))$'
                ORDER BY 1
                """)
            #expect(others.isEmpty, "\(attacker)")
        }
    }

    /// Nothing was installed beside what `initdb` makes: an extension brings functions of its own.
    @Test func thereIsNoExtensionAndNoLanguageButTheOwners() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        #expect(try fixture.rows("SELECT extname FROM pg_extension") == [["plpgsql"]])
        for attacker in try await Attacker.all(fixture, around: tenant) {
            let languages = try fixture.rows(
                """
                SELECT lanname FROM pg_language
                WHERE lanpltrusted AND has_language_privilege('\(attacker.effectiveRole)', oid, 'USAGE')
                """)
            #expect(languages.isEmpty, "\(attacker)")
        }
    }
}
