/// Who may do what in the registry, version 1.
enum RegistryGrants {
    static let statements = [reader, writer]

    /// Readers see all of the registry: it holds no personal data and no key.
    static let reader = Statement(
        "registry.v1.grant-reader",
        #"""
        DO $body$
        BEGIN
            GRANT USAGE ON SCHEMA registry TO icds_registry_reader, icds_registry_writer;
            GRANT SELECT ON ALL TABLES IN SCHEMA registry
                TO icds_registry_reader, icds_registry_writer;
        END
        $body$
        """#, prepared: false)

    /// The writer adds and corrects register rows and registers certificates. It has no right to the
    /// columns `status` and `schema_version`, and none to delete.
    static let writer = Statement(
        "registry.v1.grant-writer",
        #"""
        DO $body$
        BEGIN
            GRANT INSERT, UPDATE ON registry.municipality, registry.area, registry.membership
                TO icds_registry_writer;
            GRANT INSERT (kind, code, name_fi, name_sv, name_en, valid_from, valid_to),
                UPDATE (name_fi, name_sv, name_en, valid_from, valid_to)
                ON registry.organisation TO icds_registry_writer;
            GRANT INSERT (
                fingerprint, uri, organisation_kind, organisation_code, system_name, serial,
                not_before, not_after)
                ON registry.system_certificate TO icds_registry_writer;
            GRANT EXECUTE ON FUNCTION
                registry.set_organisation_status(text, text, text),
                registry.revoke_certificate(bytea, text)
                TO icds_registry_writer;
        END
        $body$
        """#, prepared: false)
}
