/// The tenant's tables but the audit, version 1. Enumerations are the numbers of the public contract;
/// jsonb columns hold the contract's messages in proto3's JSON mapping. The checks are a second line
/// of defence: the daemon refuses earlier and says why.
enum TenantTables {
    static let statements = [
        schemaVersion, key, client, source, assessment, openAssessment, assessmentByClient,
        participation, openParticipation, participationByAssessment,
    ]

    static let schemaVersion = Statement(
        "tenant.v1.schema-version",
        #"""
        CREATE TABLE {schema}.schema_version (
            version integer PRIMARY KEY CHECK (version > 0),
            install_time timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """#, prepared: false)

    /// The tenant's keys, wrapped by a master key that the database never sees: nonce (12), wrapped
    /// key (32), tag (16). Kept in the tenant's schema, so that who may not enter it has no key either,
    /// and dropping it destroys both.
    static let key = Statement(
        "tenant.v1.tenant-key",
        #"""
        CREATE TABLE {schema}.tenant_key (
            generation smallint PRIMARY KEY CHECK (generation BETWEEN 1 AND 255),
            master_key_id text NOT NULL CHECK (master_key_id ~ '^[0-9a-f]{16}$'),
            wrapped_key bytea NOT NULL CHECK (octet_length(wrapped_key) = 60),
            create_time timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """#, prepared: false)

    /// An integration client (section 73). The id is made by the daemon, since the sealed identity
    /// code is bound to it. `client_identity_code_index_key` keeps a code to one client and finds it.
    static let client = Statement(
        "tenant.v1.client",
        #"""
        CREATE TABLE {schema}.client (
            client_id uuid PRIMARY KEY,
            status smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2)),
            non_disclosure_order boolean NOT NULL DEFAULT false,
            identity_code_ciphertext bytea
                CHECK (octet_length(identity_code_ciphertext) BETWEEN 30 AND 64),
            identity_code_index bytea CONSTRAINT client_identity_code_index_key UNIQUE
                CHECK (octet_length(identity_code_index) = 32),
            birth_date date CHECK (birth_date BETWEEN '1800-01-01' AND '2999-12-31'),
            given_names text NOT NULL CHECK (length(given_names) BETWEEN 1 AND 200),
            family_name text NOT NULL CHECK (length(family_name) BETWEEN 1 AND 200),
            telephone text NOT NULL DEFAULT '' CHECK (length(telephone) <= 32),
            email text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
            street_address text NOT NULL DEFAULT '' CHECK (length(street_address) <= 200),
            postal_code text NOT NULL DEFAULT '' CHECK (postal_code ~ '^([0-9]{5})?$'),
            city text NOT NULL DEFAULT '' CHECK (length(city) <= 100),
            citizenships text[] NOT NULL DEFAULT '{}' CHECK (
                cardinality(citizenships) <= 32
                AND array_to_string(citizenships, ',', '') ~ '^([A-Z]{2}(,[A-Z]{2})*)?$'),
            residence_titles jsonb NOT NULL DEFAULT '[]' CHECK (
                jsonb_typeof(residence_titles) = 'array'
                AND octet_length(residence_titles::text) <= 65536),
            service_language jsonb CHECK (
                jsonb_typeof(service_language) = 'object'
                AND octet_length(service_language::text) <= 65536),
            background jsonb CHECK (
                jsonb_typeof(background) = 'object' AND octet_length(background::text) <= 131072),
            services jsonb NOT NULL DEFAULT '[]' CHECK (
                jsonb_typeof(services) = 'array' AND octet_length(services::text) <= 1048576),
            health jsonb CHECK (
                jsonb_typeof(health) = 'object' AND octet_length(health::text) <= 65536),
            placement jsonb CHECK (
                jsonb_typeof(placement) = 'object' AND octet_length(placement::text) <= 65536),
            reimbursements jsonb NOT NULL DEFAULT '[]' CHECK (
                jsonb_typeof(reimbursements) = 'array'
                AND octet_length(reimbursements::text) <= 262144),
            version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
            create_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            update_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT client_identity_code_pair CHECK (
                (identity_code_ciphertext IS NULL) = (identity_code_index IS NULL))
        )
        """#, prepared: false)

    /// Where a group of a client's data came from and who recorded it (section 73, subsection 2): one
    /// row a group, the current one.
    static let source = Statement(
        "tenant.v1.client-source",
        #"""
        CREATE TABLE {schema}.client_source (
            client_id uuid NOT NULL REFERENCES {schema}.client (client_id),
            category smallint NOT NULL CHECK (category BETWEEN 1 AND 10),
            kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 99),
            source_name text NOT NULL DEFAULT '' CHECK (length(source_name) <= 200),
            recorded_by text NOT NULL CHECK (length(recorded_by) BETWEEN 1 AND 64),
            record_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (client_id, category)
        )
        """#, prepared: false)

    static let assessment = Statement(
        "tenant.v1.assessment",
        #"""
        CREATE TABLE {schema}.assessment (
            assessment_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            client_id uuid NOT NULL REFERENCES {schema}.client (client_id),
            status smallint NOT NULL DEFAULT 1 CHECK (status IN (1, 2)),
            trigger smallint NOT NULL CHECK (trigger BETWEEN 1 AND 99),
            content jsonb NOT NULL DEFAULT '{}' CHECK (
                jsonb_typeof(content) = 'object' AND octet_length(content::text) <= 131072),
            version bigint NOT NULL DEFAULT 1 CHECK (version > 0),
            start_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            complete_time timestamptz,
            recorded_by text NOT NULL CHECK (length(recorded_by) BETWEEN 1 AND 64),
            CONSTRAINT assessment_completed CHECK ((status = 2) = (complete_time IS NOT NULL))
        )
        """#, prepared: false)

    /// A client has at most one assessment under way.
    static let openAssessment = Statement(
        "tenant.v1.assessment-open",
        #"""
        CREATE UNIQUE INDEX assessment_open_key ON {schema}.assessment (client_id)
            WHERE status = 1
        """#, prepared: false)

    /// All assessments of a client, latest first.
    static let assessmentByClient = Statement(
        "tenant.v1.assessment-by-client",
        #"""
        CREATE INDEX assessment_client_idx ON {schema}.assessment (client_id, start_time DESC)
        """#, prepared: false)

    /// The county's part in an assessment (section 14, subsection 4). `participation_case_reference_key`
    /// finds the case that a county names.
    static let participation = Statement(
        "tenant.v1.participation",
        #"""
        CREATE TABLE {schema}.participation (
            participation_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            assessment_id uuid NOT NULL REFERENCES {schema}.assessment (assessment_id),
            county_code text NOT NULL
                CHECK (county_code ~ '^[0-9]{2}$' AND county_code <> '91'),
            case_reference text NOT NULL CONSTRAINT participation_case_reference_key UNIQUE
                CHECK (case_reference ~ '^[a-z2-7]{26}$'),
            invite_time timestamptz NOT NULL DEFAULT clock_timestamp(),
            invited_by text NOT NULL CHECK (length(invited_by) BETWEEN 1 AND 64),
            accept_time timestamptz,
            accepted_by text CHECK (length(accepted_by) BETWEEN 1 AND 64),
            end_time timestamptz,
            ended_by text CHECK (length(ended_by) BETWEEN 1 AND 64),
            CONSTRAINT participation_accepted CHECK (
                (accept_time IS NULL) = (accepted_by IS NULL)),
            CONSTRAINT participation_ended CHECK ((end_time IS NULL) = (ended_by IS NULL))
        )
        """#, prepared: false)

    /// An assessment has at most one invitation that has not ended.
    static let openParticipation = Statement(
        "tenant.v1.participation-open",
        #"""
        CREATE UNIQUE INDEX participation_open_key ON {schema}.participation (assessment_id)
            WHERE end_time IS NULL
        """#, prepared: false)

    /// All parts that counties had in an assessment.
    static let participationByAssessment = Statement(
        "tenant.v1.participation-by-assessment",
        #"""
        CREATE INDEX participation_assessment_idx ON {schema}.participation
            (assessment_id, invite_time DESC)
        """#, prepared: false)
}
