package import Contract
package import Tenancy
import Wire

/// A row of the client table as a `Client` of the contract, and back.
package struct ClientRecord: Sendable {
    /// All of the client but the identity code, which is sealed.
    package var client: Client
    /// What the database keeps of the identity code; nil where the client has none.
    package let sealedIdentityCode: [UInt8]?
    let version: Int64

    /// - Parameter row: the columns of `ClientStatements.get`.
    package init(_ row: SQLRow, municipalityCode: String) throws {
        version = try row.value("version")
        sealedIdentityCode = try row.optional("identity_code_ciphertext")
        client = try Client(columns: row)
        client.municipalityCode = municipalityCode
        client.etag = Etag.text(version)
        client.services = try StoredMessages.list(row.value("services"))
        client.placement = try StoredMessages.message(row.optional("placement"))
        client.reimbursements = try StoredMessages.list(row.value("reimbursements"))
        client.createTime = try Timestamp(row.value("create_time", as: SQLTimestamp.self))
        client.updateTime = try Timestamp(row.value("update_time", as: SQLTimestamp.self))
    }

    /// The client with its identity code opened by the tenant's keys.
    package func opened(by keys: TenantKeys) throws -> Client {
        var opened = client
        if let sealedIdentityCode {
            opened.identityCode = try keys.open(
                identityCode: sealedIdentityCode, clientID: client.clientID)
        }
        return opened
    }

    /// The parameters `$1` to `$22` of `ClientStatements.insert` and `update`.
    static func parameters(of client: Client, keys: TenantKeys) throws -> [SQLValue] {
        let code = client.identityCode
        let columns =
            code.isEmpty ? BlindIndexColumns() : try keys.columns(identityCode: code)
        let contact = client.contact ?? ContactDetails()
        return [
            .uuid(client.clientID),
            .int(Int64(client.status.rawValue)),
            .bool(client.nonDisclosureOrder),
            code.isEmpty
                ? .null : .bytes(try keys.seal(identityCode: code, clientID: client.clientID)),
            columns.odd.map { .bytes($0) } ?? .null,
            client.birthDate.isEmpty ? .null : .date(client.birthDate),
            .text(client.name?.givenNames ?? ""),
            .text(client.name?.familyName ?? ""),
            .text(contact.telephone),
            .text(contact.email),
            .text(contact.streetAddress),
            .text(contact.postalCode),
            .text(contact.city),
            .textArray(client.citizenships),
            .json(StoredMessages.text(client.residenceTitles)),
            StoredMessages.parameter(client.serviceLanguage),
            StoredMessages.parameter(client.background),
            .json(StoredMessages.text(client.services)),
            StoredMessages.parameter(client.health),
            StoredMessages.parameter(client.placement),
            .json(StoredMessages.text(client.reimbursements)),
            columns.even.map { .bytes($0) } ?? .null,
        ]
    }
}

extension Client {
    /// Groups 2 to 5 and 8, by the names of the columns of the client table.
    init(columns row: SQLRow) throws {
        self.init()
        clientID = try row.value("client_id")
        status = ClientStatus(rawValue: try row.value("status"))
        nonDisclosureOrder = try row.value("non_disclosure_order")
        birthDate = try row.optional("birth_date") ?? ""
        name = try PersonName(columns: row)
        contact = try ContactDetails(columns: row)
        citizenships = try row.value("citizenships")
        residenceTitles = try StoredMessages.list(row.value("residence_titles"))
        serviceLanguage = try StoredMessages.message(row.optional("service_language"))
        background = try StoredMessages.message(row.optional("background"))
        health = try StoredMessages.message(row.optional("health"))
    }
}

extension PersonName {
    init(columns row: SQLRow) throws {
        self.init()
        givenNames = try row.value("given_names")
        familyName = try row.value("family_name")
    }
}

extension ContactDetails {
    /// Nil where nothing is known: an empty message and none are the same to the register.
    init?(columns row: SQLRow) throws {
        self.init()
        telephone = try row.optional("telephone") ?? ""
        email = try row.optional("email") ?? ""
        streetAddress = try row.optional("street_address") ?? ""
        postalCode = try row.optional("postal_code") ?? ""
        city = try row.optional("city") ?? ""
        if self == ContactDetails() { return nil }
    }
}
