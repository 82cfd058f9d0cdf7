/// The tenant's two roles and its schema, version 1.
enum TenantRoles {
    static let statements = [roles, schema]

    /// Nobody is a member of them until the municipality is activated. A role may be there already, or
    /// be made this moment for another database: roles belong to the cluster.
    static let roles = Statement(
        "tenant.v1.roles",
        #"""
        DO $body$
        DECLARE
            tenant_role text := btrim('{schema}', '"');
            role_name text;
        BEGIN
            FOREACH role_name IN ARRAY ARRAY[tenant_role, tenant_role || '_sharing'] LOOP
                BEGIN
                    EXECUTE format(
                        'CREATE ROLE %I NOLOGIN NOINHERIT NOCREATEDB NOCREATEROLE', role_name);
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL;
                END;
            END LOOP;
        END
        $body$
        """#, prepared: false)

    static let schema = Statement("tenant.v1.schema", #"CREATE SCHEMA {schema}"#, prepared: false)
}
