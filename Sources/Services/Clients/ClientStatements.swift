package import Tenancy

/// SQL of the client register. Each goes by the primary key but `find`, which goes by
/// `client_identity_code_index_key` and `client_identity_code_index_even_key`.
package enum ClientStatements {
    package static let get = Statement(
        "clients.get",
        """
        SELECT client_id, status, non_disclosure_order, identity_code_ciphertext, birth_date,
            given_names, family_name, telephone, email, street_address, postal_code, city,
            citizenships, residence_titles, service_language, background, services, health,
            placement, reimbursements, version, create_time, update_time
        FROM {schema}.client
        WHERE client_id = $1
        """)

    /// Locks the row's key, so that the code cannot pass to another client before the audit row, which
    /// finds the client by the same index, is written: what was read is what the log names.
    static let find = Statement(
        "clients.find",
        """
        SELECT client_id, status, non_disclosure_order, identity_code_ciphertext, birth_date,
            given_names, family_name, telephone, email, street_address, postal_code, city,
            citizenships, residence_titles, service_language, background, services, health,
            placement, reimbursements, version, create_time, update_time
        FROM {schema}.client
        WHERE identity_code_index = $1 OR identity_code_index_even = $1
        FOR KEY SHARE
        """)

    /// Locks the row, so that two updates of one client come one after the other.
    static let getForUpdate = Statement(
        "clients.get-for-update",
        """
        SELECT client_id, status, non_disclosure_order, identity_code_ciphertext, birth_date,
            given_names, family_name, telephone, email, street_address, postal_code, city,
            citizenships, residence_titles, service_language, background, services, health,
            placement, reimbursements, version, create_time, update_time
        FROM {schema}.client
        WHERE client_id = $1
        FOR NO KEY UPDATE
        """)

    package static let sources = Statement(
        "clients.sources",
        """
        SELECT category, kind, source_name, recorded_by, record_time
        FROM {schema}.client_source
        WHERE client_id = $1
        ORDER BY category
        """)

    static let findSources = Statement(
        "clients.find-sources",
        """
        SELECT s.category, s.kind, s.source_name, s.recorded_by, s.record_time
        FROM {schema}.client_source AS s
        JOIN {schema}.client AS c ON c.client_id = s.client_id
        WHERE c.identity_code_index = $1 OR c.identity_code_index_even = $1
        ORDER BY s.category
        """)

    package static let insert = Statement(
        "clients.insert",
        """
        INSERT INTO {schema}.client (
            client_id, status, non_disclosure_order, identity_code_ciphertext,
            identity_code_index, birth_date, given_names, family_name, telephone, email,
            street_address, postal_code, city, citizenships, residence_titles, service_language,
            background, services, health, placement, reimbursements, identity_code_index_even)
        VALUES (
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22)
        RETURNING version, create_time, update_time
        """)

    /// Parameters as `insert`, and the version that the change was made from.
    static let update = Statement(
        "clients.update",
        """
        UPDATE {schema}.client
        SET status = $2, non_disclosure_order = $3, identity_code_ciphertext = $4,
            identity_code_index = $5, birth_date = $6, given_names = $7, family_name = $8,
            telephone = $9, email = $10, street_address = $11, postal_code = $12, city = $13,
            citizenships = $14, residence_titles = $15, service_language = $16, background = $17,
            services = $18, health = $19, placement = $20, reimbursements = $21,
            identity_code_index_even = $22, version = version + 1,
            update_time = clock_timestamp()
        WHERE client_id = $1 AND version = $23
        RETURNING version, create_time, update_time
        """)

    /// Arrays of equal length: group, kind and name of each source.
    package static let recordSources = Statement(
        "clients.record-sources",
        """
        INSERT INTO {schema}.client_source (client_id, category, kind, source_name, recorded_by)
        SELECT $1, s.category, s.kind, s.source_name, $5
        FROM unnest($2::smallint[], $3::smallint[], $4::text[])
            AS s (category, kind, source_name)
        ON CONFLICT (client_id, category) DO UPDATE
        SET kind = excluded.kind, source_name = excluded.source_name,
            recorded_by = excluded.recorded_by, record_time = clock_timestamp()
        """)
}
