/// Which functions of PostgreSQL's own are nobody's here, and the functions that make the tenants' roles.
/// Part of what an administrator runs, whole and repeatedly.
enum BootstrapFunctions {
    static let statements = [
        takeAway, roleMaker, adminSchema, makeTenantRoles, dropTenantRoles, grantTenantRoles,
        meter, backendMemory, grantBackendMemory,
    ]

    /// What PUBLIC may execute after `initdb` and no statement of ours needs: large objects (which belong
    /// to no schema and have rights of their own), messages in the write-ahead log, ending others'
    /// sessions, and locks by number, with which any login could hold up sealing and provisioning. Those
    /// go to the roles that take such locks. So do the languages: without them there is no `DO` block,
    /// with which one injected statement would be a whole program.
    static let takeAway = Statement(
        "bootstrap.functions-of-nobody",
        #"""
        DO $body$
        DECLARE
            function_name regprocedure;
            language_name name;
        BEGIN
            FOR function_name IN
                SELECT p.oid::regprocedure
                FROM pg_proc AS p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace
                    AND (p.proname ~ '^(lo_|lo(read|write)$|pg_(try_)?advisory_)'
                        OR p.proname IN ('pg_logical_emit_message', 'pg_cancel_backend',
                            'pg_terminate_backend'))
                    AND EXISTS (
                        SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                        WHERE a.grantee = 0)
            LOOP
                EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function_name);
            END LOOP;
            FOR function_name IN
                SELECT p.oid::regprocedure
                FROM pg_proc AS p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace
                    AND p.proname IN ('pg_advisory_xact_lock', 'pg_try_advisory_xact_lock')
                    AND EXISTS (
                        SELECT FROM unnest(ARRAY[
                            'icds_owner', 'icds_registry_writer', 'icds_sealing']) AS r (name)
                        WHERE NOT has_function_privilege(r.name, p.oid, 'EXECUTE'))
            LOOP
                EXECUTE format(
                    'GRANT EXECUTE ON FUNCTION %s '
                    'TO icds_owner, icds_registry_writer, icds_sealing', function_name);
            END LOOP;
            FOR language_name IN
                SELECT l.lanname FROM pg_language AS l
                WHERE l.lanpltrusted AND has_language_privilege('icds_api', l.oid, 'USAGE')
            LOOP
                EXECUTE format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC', language_name);
            END LOOP;
            GRANT USAGE ON LANGUAGE sql, plpgsql TO icds_owner;
        END
        $body$
        """#, prepared: false)

    /// The one role that may make roles. Nobody is a member of it and it cannot log in: it is what the
    /// two functions below run as. On PostgreSQL 15 a role with CREATEROLE can take nearly every role
    /// there is, also `pg_execute_server_program`; that right is therefore not the migrator's.
    static let roleMaker = Statement(
        "bootstrap.role-maker",
        #"""
        DO $body$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'icds_role_maker') THEN
                CREATE ROLE icds_role_maker;
            END IF;
            ALTER ROLE icds_role_maker NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB CREATEROLE
                NOREPLICATION NOBYPASSRLS;
        END
        $body$
        """#, prepared: false)

    /// The administrator's own, so that `icds_owner` can neither replace nor drop what is in it.
    static let adminSchema = Statement(
        "bootstrap.admin-schema", "CREATE SCHEMA IF NOT EXISTS icds_admin", prepared: false)

    /// The two roles of a municipality, and the right to say who may take them, for `icds_owner`. A role
    /// may be there already, or be made this moment for another database: roles belong to the cluster.
    /// One of that name that may do more than a tenant's is none of ours.
    static let makeTenantRoles = Statement(
        "bootstrap.make-tenant-roles",
        #"""
        CREATE OR REPLACE FUNCTION icds_admin.make_tenant_roles(p_code text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            role_name text;
        BEGIN
            IF p_code IS NULL OR p_code !~ '^[0-9]{3}$' THEN
                RAISE EXCEPTION 'not a code' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            FOREACH role_name IN ARRAY ARRAY['m' || p_code, 'm' || p_code || '_sharing'] LOOP
                BEGIN
                    EXECUTE format(
                        'CREATE ROLE %I NOLOGIN NOINHERIT NOCREATEDB NOCREATEROLE', role_name);
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL;
                END;
                IF EXISTS (
                    SELECT FROM pg_roles AS r
                    WHERE r.rolname = role_name
                        AND (r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb
                            OR r.rolreplication OR r.rolbypassrls
                            OR EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = r.oid)))
                THEN
                    RAISE EXCEPTION 'role % is there and no tenant''s', role_name
                        USING ERRCODE = 'duplicate_object';
                END IF;
                EXECUTE format('GRANT %I TO icds_owner WITH ADMIN OPTION', role_name);
            END LOOP;
        END
        $body$
        """#, prepared: false)

    /// Takes them away again. False where another database of the cluster still uses one.
    static let dropTenantRoles = Statement(
        "bootstrap.drop-tenant-roles",
        #"""
        CREATE OR REPLACE FUNCTION icds_admin.drop_tenant_roles(p_code text) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        DECLARE
            role_name text;
        BEGIN
            IF p_code IS NULL OR p_code !~ '^[0-9]{3}$' THEN
                RAISE EXCEPTION 'not a code' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            FOREACH role_name IN ARRAY ARRAY['m' || p_code, 'm' || p_code || '_sharing'] LOOP
                EXECUTE format('DROP ROLE IF EXISTS %I', role_name);
            END LOOP;
            RETURN true;
        EXCEPTION WHEN dependent_objects_still_exist THEN
            RETURN false;
        END
        $body$
        """#, prepared: false)

    static let grantTenantRoles = Statement(
        "bootstrap.grant-tenant-roles",
        #"""
        DO $body$
        DECLARE
            function_name text;
        BEGIN
            REVOKE ALL ON SCHEMA icds_admin FROM PUBLIC;
            GRANT USAGE ON SCHEMA icds_admin TO icds_owner;
            FOREACH function_name IN ARRAY
                ARRAY['icds_admin.make_tenant_roles(text)', 'icds_admin.drop_tenant_roles(text)']
            LOOP
                EXECUTE format('ALTER FUNCTION %s OWNER TO icds_role_maker', function_name);
                EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', function_name);
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO icds_owner', function_name);
            END LOOP;
        END
        $body$
        """#, prepared: false)

    /// What ``backendMemory`` runs as: it may look at its own backend's memory and at nothing else.
    static let meter = Statement(
        "bootstrap.meter",
        #"""
        DO $body$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'icds_meter') THEN
                CREATE ROLE icds_meter;
            END IF;
            ALTER ROLE icds_meter NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE
                NOREPLICATION NOBYPASSRLS;
            GRANT EXECUTE ON FUNCTION pg_catalog.pg_get_backend_memory_contexts() TO icds_meter;
        END
        $body$
        """#, prepared: false)

    /// Bytes that the backend of the one who asks has taken for itself. The sum alone: the single pieces
    /// name statements. About a millisecond for each ten megabytes.
    static let backendMemory = Statement(
        "bootstrap.backend-memory",
        #"""
        CREATE OR REPLACE FUNCTION icds_admin.backend_memory() RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $body$
        SELECT sum(total_bytes)::bigint FROM pg_catalog.pg_get_backend_memory_contexts()
        $body$
        """#, prepared: false)

    static let grantBackendMemory = Statement(
        "bootstrap.grant-backend-memory",
        #"""
        DO $body$
        BEGIN
            ALTER FUNCTION icds_admin.backend_memory() OWNER TO icds_meter;
            REVOKE ALL ON FUNCTION icds_admin.backend_memory() FROM PUBLIC;
            GRANT USAGE ON SCHEMA icds_admin
                TO icds_migrator, icds_api, icds_sharing, icds_operator, icds_sealer;
            GRANT EXECUTE ON FUNCTION icds_admin.backend_memory()
                TO icds_migrator, icds_api, icds_sharing, icds_operator, icds_sealer;
        END
        $body$
        """#, prepared: false)
}
