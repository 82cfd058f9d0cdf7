/// Roles and the rights on the database itself. Run by an administrator, whole and repeatedly: every
/// statement brings things to where they should be, wherever they are.
///
/// No password is set here: how the login roles authenticate (peer, certificate, SCRAM) is the
/// site's, in `pg_hba.conf`.
enum BootstrapRoles {
    static let statements =
        [checkServer, lock, groups, logins, memberships, database]
        + BootstrapFunctions.statements + [sessions]

    /// The leaf hash of the audit covers UTF-8, and xid8 columns need PostgreSQL 13, security
    /// barriers as used here 15.
    static let checkServer = Statement(
        "bootstrap.check-server",
        #"""
        DO $body$
        BEGIN
            IF current_setting('server_version_num')::int < 150000 THEN
                RAISE EXCEPTION 'PostgreSQL 15 or newer is required';
            END IF;
            IF current_setting('server_encoding') <> 'UTF8' THEN
                RAISE EXCEPTION 'the database must have the encoding UTF8';
            END IF;
        END
        $body$
        """#, prepared: false)

    /// Two daemons that start at once bootstrap one after the other, also those of two databases of
    /// one cluster, which share its roles. Reading roles, and so connecting, goes on.
    static let lock = Statement(
        "bootstrap.lock",
        #"""
        LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE
        """#, prepared: false)

    static let groups = Statement(
        "bootstrap.group-roles",
        #"""
        DO $body$
        DECLARE
            role_name text;
        BEGIN
            FOREACH role_name IN ARRAY
                ARRAY['icds_owner', 'icds_registry_reader', 'icds_registry_writer', 'icds_sealing']
            LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                    EXECUTE format('CREATE ROLE %I', role_name);
                END IF;
                EXECUTE format(
                    'ALTER ROLE %I NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE '
                    'NOREPLICATION NOBYPASSRLS',
                    role_name);
            END LOOP;
        END
        $body$
        """#, prepared: false)

    static let logins = Statement(
        "bootstrap.login-roles",
        #"""
        DO $body$
        DECLARE
            role_name text;
        BEGIN
            FOREACH role_name IN ARRAY
                ARRAY['icds_migrator', 'icds_api', 'icds_sharing', 'icds_operator', 'icds_sealer']
            LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                    EXECUTE format('CREATE ROLE %I', role_name);
                END IF;
                EXECUTE format(
                    'ALTER ROLE %I LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE '
                    'NOREPLICATION NOBYPASSRLS',
                    role_name);
            END LOOP;
        END
        $body$
        """#, prepared: false)

    /// What our roles are members of, and nothing else: what somebody granted to one of them is taken away
    /// again. A tenant's role is a member of nothing: who may take it could take that too. Left are the
    /// memberships that come with the tenants, in their roles: of the logins, of the owner, and, from
    /// PostgreSQL 16 on, of `icds_role_maker`, which makes them and there becomes a member of each; and
    /// what was given to roles of others. From 16 on a membership is taken back in the name of who gave it.
    static let memberships = Statement(
        "bootstrap.memberships",
        #"""
        DO $body$
        DECLARE
            pair record;
        BEGIN
            FOR pair IN
                SELECT r.rolname AS granted, m.rolname AS member,
                    CASE WHEN current_setting('server_version_num')::int >= 160000
                        THEN format(' GRANTED BY %s CASCADE', a.grantor::regrole) ELSE '' END AS how
                FROM pg_auth_members AS a
                JOIN pg_roles AS r ON r.oid = a.roleid
                JOIN pg_roles AS m ON m.oid = a.member
                WHERE (m.rolname IN (
                            'icds_migrator', 'icds_api', 'icds_sharing', 'icds_operator',
                            'icds_sealer', 'icds_owner', 'icds_registry_reader',
                            'icds_registry_writer', 'icds_sealing', 'icds_role_maker',
                            'icds_meter')
                        OR m.rolname ~ '^m[0-9]{3}(_sharing)?$')
                    AND (r.rolname, m.rolname) NOT IN (
                        ('icds_owner', 'icds_migrator'), ('icds_registry_reader', 'icds_api'),
                        ('icds_registry_reader', 'icds_sharing'),
                        ('icds_registry_writer', 'icds_operator'),
                        ('icds_sealing', 'icds_sealer'))
                    AND NOT (m.rolname = 'icds_api' AND r.rolname ~ '^m[0-9]{3}$')
                    AND NOT (m.rolname = 'icds_sharing' AND r.rolname ~ '^m[0-9]{3}_sharing$')
                    AND NOT (m.rolname IN ('icds_owner', 'icds_role_maker')
                        AND r.rolname ~ '^m[0-9]{3}(_sharing)?$')
            LOOP
                EXECUTE format('REVOKE %I FROM %I', pair.granted, pair.member) || pair.how;
            END LOOP;
            GRANT icds_owner TO icds_migrator;
            GRANT icds_registry_reader TO icds_api;
            GRANT icds_registry_reader TO icds_sharing;
            GRANT icds_registry_writer TO icds_operator;
            GRANT icds_sealing TO icds_sealer;
        END
        $body$
        """#, prepared: false)

    /// Nobody but the login roles may connect, nobody but the owner may create, and nobody may make
    /// temporary tables, which belong to no schema. A function that the owner makes is nobody's until
    /// it is granted.
    static let database = Statement(
        "bootstrap.database-rights",
        #"""
        DO $body$
        DECLARE
            database_name text := current_database();
        BEGIN
            EXECUTE format(
                'REVOKE ALL ON DATABASE %I FROM PUBLIC, icds_migrator, icds_api, icds_sharing, '
                'icds_operator, icds_sealer, icds_registry_reader, icds_registry_writer, '
                'icds_sealing',
                database_name);
            EXECUTE format(
                'GRANT CONNECT ON DATABASE %I TO icds_migrator, icds_api, icds_sharing, '
                'icds_operator, icds_sealer',
                database_name);
            EXECUTE format('GRANT CREATE ON DATABASE %I TO icds_owner', database_name);
            REVOKE ALL ON SCHEMA public FROM PUBLIC;
            ALTER DEFAULT PRIVILEGES FOR ROLE icds_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        END
        $body$
        """#, prepared: false)

    /// What each session of a login role starts with: names are resolved in `pg_catalog` alone, so
    /// that an unqualified table is an error and never another tenant's; a transaction that is left
    /// open ends, since it would hold back sealing.
    ///
    /// The server's log keeps neither the row that a constraint refused ("Failing row contains …") nor
    /// parameters, whatever else the site has it write: both hold personal data. Nobody but a superuser
    /// may set these three back.
    ///
    /// A role may change its own settings for good. So that what somebody put there does not outlast
    /// the next bootstrap, all of them are taken away first; a site tunes with settings of the database
    /// or of the server.
    static let sessions = Statement(
        "bootstrap.session-settings",
        #"""
        DO $body$
        DECLARE
            role_name text;
            setting text[];
        BEGIN
            FOREACH role_name IN ARRAY
                ARRAY['icds_migrator', 'icds_api', 'icds_sharing', 'icds_operator', 'icds_sealer']
            LOOP
                EXECUTE format('ALTER ROLE %I RESET ALL', role_name);
                EXECUTE format(
                    'ALTER ROLE %I IN DATABASE %I RESET ALL', role_name, current_database());
                EXECUTE format(
                    'ALTER ROLE %I IN DATABASE %I SET search_path = pg_catalog, pg_temp',
                    role_name, current_database());
                FOREACH setting SLICE 1 IN ARRAY ARRAY[
                    ['idle_in_transaction_session_timeout', '30s'],
                    ['log_error_verbosity', 'terse'], ['log_parameter_max_length', '0'],
                    ['log_parameter_max_length_on_error', '0']]
                LOOP
                    EXECUTE format(
                        'ALTER ROLE %I IN DATABASE %I SET %I = %L',
                        role_name, current_database(), setting[1], setting[2]);
                END LOOP;
            END LOOP;
        END
        $body$
        """#, prepared: false)
}
