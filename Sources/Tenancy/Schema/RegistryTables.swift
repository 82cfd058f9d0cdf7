/// Tables of the registry, version 1. Codes are kept as text with their leading zeros; days are
/// inclusive at both ends, and no `valid_to` means that none is known.
enum RegistryTables {
    static let statements = [
        schemas, schemaVersion, changeCounter, municipality, area, membership, membershipByArea,
        organisation, certificate, certificateByOrganisation, sharingRule,
    ]

    /// `registry` holds the shared tables, `icds` functions that hold no data and that all tenants
    /// use.
    static let schemas = Statement(
        "registry.v1.schemas",
        #"""
        DO $body$
        BEGIN
            CREATE SCHEMA registry;
            CREATE SCHEMA icds;
        END
        $body$
        """#, prepared: false)

    static let schemaVersion = Statement(
        "registry.v1.schema-version",
        #"""
        CREATE TABLE registry.schema_version (
            version integer PRIMARY KEY CHECK (version > 0),
            install_time timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """#, prepared: false)

    /// One row. Its value changes with every change of the registry; daemons poll it.
    static let changeCounter = Statement(
        "registry.v1.change-counter",
        #"""
        CREATE TABLE registry.change_counter (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            value bigint NOT NULL
        )
        """#, prepared: false)

    static let municipality = Statement(
        "registry.v1.municipality",
        #"""
        CREATE TABLE registry.municipality (
            code text NOT NULL CONSTRAINT municipality_code CHECK (code ~ '^[0-9]{3}$'),
            valid_from date NOT NULL,
            valid_to date,
            name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
            name_sv text NOT NULL CHECK (length(name_sv) BETWEEN 1 AND 200),
            name_en text NOT NULL CHECK (length(name_en) <= 200),
            language_status smallint NOT NULL CHECK (language_status BETWEEN 0 AND 3),
            source text NOT NULL CHECK (length(source) <= 500),
            PRIMARY KEY (code, valid_from),
            CONSTRAINT municipality_days CHECK (valid_to >= valid_from)
        )
        """#, prepared: false)

    /// 91 is the statistics' code for Åland, whose municipalities lie in no wellbeing services county:
    /// as a county it would become a recipient.
    static let area = Statement(
        "registry.v1.area",
        #"""
        CREATE TABLE registry.area (
            kind text NOT NULL CONSTRAINT area_kind CHECK (kind IN (
                'region', 'county', 'ely_centre', 'economic_development_centre',
                'employment_area')),
            code text NOT NULL CONSTRAINT area_code CHECK (
                CASE kind
                    WHEN 'county' THEN code ~ '^[0-9]{2}$' AND code <> '91'
                    ELSE code ~ '^[0-9A-Za-z-]{1,16}$'
                END),
            valid_from date NOT NULL,
            valid_to date,
            name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
            name_sv text NOT NULL CHECK (length(name_sv) <= 200),
            name_en text NOT NULL CHECK (length(name_en) <= 200),
            source text NOT NULL CHECK (length(source) <= 500),
            PRIMARY KEY (kind, code, valid_from),
            CONSTRAINT area_days CHECK (valid_to >= valid_from)
        )
        """#, prepared: false)

    static let membership = Statement(
        "registry.v1.membership",
        #"""
        CREATE TABLE registry.membership (
            municipality_code text NOT NULL
                CONSTRAINT membership_municipality CHECK (municipality_code ~ '^[0-9]{3}$'),
            area_kind text NOT NULL,
            valid_from date NOT NULL,
            valid_to date,
            area_code text NOT NULL,
            source text NOT NULL CHECK (length(source) <= 500),
            PRIMARY KEY (municipality_code, area_kind, valid_from),
            CONSTRAINT membership_days CHECK (valid_to >= valid_from)
        )
        """#, prepared: false)

    /// For the municipalities of an area.
    static let membershipByArea = Statement(
        "registry.v1.membership-by-area",
        #"""
        CREATE INDEX membership_area_idx ON registry.membership (area_kind, area_code)
        """#, prepared: false)

    /// An organisation is its code; the dated rows above say what it was called when. The primary key
    /// is the order of listings.
    static let organisation = Statement(
        "registry.v1.organisation",
        #"""
        CREATE TABLE registry.organisation (
            kind text NOT NULL CONSTRAINT organisation_kind CHECK (
                kind IN ('municipality', 'county', 'operator', 'agency')),
            code text NOT NULL CONSTRAINT organisation_code CHECK (
                CASE kind
                    WHEN 'municipality' THEN code ~ '^[0-9]{3}$'
                    WHEN 'county' THEN code ~ '^[0-9]{2}$'
                    ELSE code ~ '^[a-z0-9][a-z0-9-]{0,31}$'
                END),
            name_fi text NOT NULL CHECK (length(name_fi) BETWEEN 1 AND 200),
            name_sv text NOT NULL CHECK (length(name_sv) <= 200),
            name_en text NOT NULL CHECK (length(name_en) <= 200),
            valid_from date NOT NULL,
            valid_to date,
            status text NOT NULL DEFAULT 'registered' CONSTRAINT organisation_status CHECK (
                status IN ('registered', 'provisioned', 'active', 'suspended')),
            schema_version integer NOT NULL DEFAULT 0 CHECK (schema_version >= 0),
            status_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (kind, code),
            CONSTRAINT organisation_days CHECK (valid_to >= valid_from),
            CONSTRAINT organisation_has_schema CHECK (
                CASE kind
                    WHEN 'municipality' THEN
                        schema_version > 0 OR status IN ('registered', 'suspended')
                    ELSE schema_version = 0 AND status <> 'provisioned'
                END)
        )
        """#, prepared: false)

    static let certificate = Statement(
        "registry.v1.certificate",
        #"""
        CREATE TABLE registry.system_certificate (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            uri text NOT NULL CONSTRAINT system_certificate_uri CHECK (
                uri = 'urn:icds:' || organisation_kind || ':' || organisation_code || ':'
                    || system_name),
            organisation_kind text NOT NULL,
            organisation_code text NOT NULL,
            system_name text NOT NULL CHECK (system_name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
            serial text NOT NULL CHECK (serial ~ '^[0-9a-f]{1,64}$'),
            not_before timestamptz NOT NULL,
            not_after timestamptz NOT NULL CHECK (not_after > not_before),
            status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
            register_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            revoke_time timestamptz,
            revoke_reason text CHECK (length(revoke_reason) <= 500),
            FOREIGN KEY (organisation_kind, organisation_code)
                REFERENCES registry.organisation (kind, code),
            CHECK ((status = 'revoked') = (revoke_time IS NOT NULL))
        )
        """#, prepared: false)

    /// The order of listings, and the systems of one organisation.
    static let certificateByOrganisation = Statement(
        "registry.v1.certificate-by-organisation",
        #"""
        CREATE INDEX system_certificate_organisation_idx ON registry.system_certificate
            (organisation_kind, organisation_code, system_name, fingerprint)
        """#, prepared: false)

    /// A rule of disclosure for a time. Categories are the items of section 73, subsection 1; purpose
    /// is the number of the contract's `Purpose`.
    static let sharingRule = Statement(
        "registry.v1.sharing-rule",
        #"""
        CREATE TABLE registry.sharing_rule (
            rule text NOT NULL CHECK (rule ~ '^[A-Z][A-Z0-9-]{0,31}$'),
            valid_from date NOT NULL,
            valid_to date,
            legal_basis text NOT NULL CHECK (length(legal_basis) BETWEEN 1 AND 200),
            statute_version text NOT NULL CHECK (length(statute_version) BETWEEN 1 AND 200),
            recipient_kind text NOT NULL CHECK (recipient_kind IN ('county', 'municipality')),
            purpose smallint NOT NULL CHECK (purpose > 0),
            conditions text[] NOT NULL CHECK (cardinality(conditions) BETWEEN 1 AND 32),
            categories smallint[] NOT NULL CHECK (
                cardinality(categories) BETWEEN 1 AND 10
                AND categories <@ ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]::smallint[]),
            PRIMARY KEY (rule, valid_from),
            CONSTRAINT sharing_rule_days CHECK (valid_to >= valid_from)
        )
        """#, prepared: false)
}
