import Contract

/// A client for people, by the groups of section 73.
enum ClientView {
    static func text(_ client: Client) -> String {
        var outline = Outline()
        addIdentity(client, to: &outline)
        addResidence(client, to: &outline)
        addBackground(client, to: &outline)
        addServices(client, to: &outline)
        outline.heading("Sources")
        for source in client.sources {
            let parts = [
                EnumText.label(source.kind), source.sourceName, source.recordedBy,
                Moment.text(source.recordTime),
            ]
            outline.field(
                EnumText.label(source.category),
                parts.filter { !$0.isEmpty }.joined(separator: ", "))
        }
        return outline.rendered()
    }

    private static func addIdentity(_ client: Client, to outline: inout Outline) {
        outline.heading("Client \(SafeText.line(client.clientID))")
        outline.field("municipality", client.municipalityCode)
        outline.field("status", EnumText.label(client.status))
        outline.field("etag", client.etag)
        outline.field(
            "non-disclosure", client.nonDisclosureOrder ? "AN ORDER IS IN FORCE" : "")
        outline.field("family name", client.name?.familyName ?? "")
        outline.field("given names", client.name?.givenNames ?? "")
        outline.field("identity code", client.identityCode)
        outline.field("born", client.birthDate)
        outline.field("created (UTC)", Moment.text(client.createTime))
        outline.field("changed (UTC)", Moment.text(client.updateTime))
        outline.heading("Contact")
        if let contact = client.contact {
            outline.field("telephone", contact.telephone)
            outline.field("e-mail", contact.email)
            outline.field("address", contact.streetAddress)
            outline.field("postal code", contact.postalCode)
            outline.field("city", contact.city)
        }
    }

    private static func addResidence(_ client: Client, to outline: inout Outline) {
        outline.heading("Residence")
        outline.field("citizenship", client.citizenships.joined(separator: ", "))
        for title in client.residenceTitles {
            let days = [title.validFrom, title.validTo].joined(separator: " to ")
            outline.field(
                EnumText.label(title.type), "\(EnumText.label(title.ground)), \(days)")
        }
        outline.heading("Languages")
        if let language = client.serviceLanguage {
            outline.field("native", language.nativeLanguage)
            outline.field("service", language.contactLanguage)
            outline.field("interpreter", language.interpreterNeeded ? "needed" : "")
            outline.field("arrangements", language.arrangements)
        }
    }

    private static func addBackground(_ client: Client, to outline: inout Outline) {
        outline.heading("Education and work")
        if let background = client.background {
            outline.field("level", String(background.educationLevel))
            outline.field("education", background.education)
            outline.field("work", background.workHistory)
            outline.field("skills", background.skills)
            outline.field("Finnish", background.finnishLevel)
            outline.field("Swedish", background.swedishLevel)
        }
    }

    private static func addServices(_ client: Client, to outline: inout Outline) {
        outline.heading("Services")
        for service in client.services {
            outline.field(
                "\(service.startDate) to \(service.endDate)",
                [service.serviceName, service.outcome].filter { !$0.isEmpty }
                    .joined(separator: ": "))
        }
        outline.heading("Health, where it affects integration")
        outline.field("summary", client.health?.summary ?? "")
        outline.heading("Placement")
        outline.field("date", client.placement?.placementDate ?? "")
        outline.field("directed by", client.placement?.directedBy ?? "")
        outline.heading("Reimbursements")
        for reimbursement in client.reimbursements {
            let cents = reimbursement.amountCents
            let fraction = abs(cents % 100)
            outline.field(
                reimbursement.decisionDate,
                "\(cents / 100).\(fraction < 10 ? "0" : "")\(fraction) EUR, section "
                    + reimbursement.section)
        }
    }
}
