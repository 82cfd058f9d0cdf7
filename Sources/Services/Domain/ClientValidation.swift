package import Contract

/// What a client must be like to be recorded: the limits that `clients.proto` promises.
package struct ClientValidation: Sendable {
    /// Entries of each list of a client at most: many times what a person can have.
    package static let listCountMax = 100
    /// The first year that an identity code can stand for.
    package static let birthYearMin = 1800
    /// Citizenships at most.
    package static let citizenshipCountMax = 32

    let acceptance: IdentityCode.Acceptance
    /// Births after this day have not happened.
    let today: CalendarDate

    package init(acceptance: IdentityCode.Acceptance, today: CalendarDate) {
        self.acceptance = acceptance
        self.today = today
    }

    /// Checks a whole client. Returns its identity code, where it has one that is right.
    package func check(
        _ client: Client, at path: String, _ violations: inout FieldViolations
    ) -> IdentityCode? {
        violations.checkKnown(client.status.isUnrecognized, at: "\(path).status")
        let code = checkIdentity(client, at: path, &violations)
        if let name = client.name {
            violations.checkRequired(
                name.givenNames, at: "\(path).name.given_names", lengthMax: 200)
            violations.checkRequired(
                name.familyName, at: "\(path).name.family_name", lengthMax: 200)
        } else {
            violations.add("\(path).name", .required, "Required.")
        }
        checkContact(client.contact, at: "\(path).contact", &violations)
        checkResidence(client, at: path, &violations)
        checkServiceLanguage(client.serviceLanguage, at: "\(path).service_language", &violations)
        checkBackground(client.background, at: "\(path).background", &violations)
        checkServices(client, at: path, &violations)
        checkSources(client.sources, at: "\(path).sources", &violations)
        return code
    }

    private func checkIdentity(
        _ client: Client, at path: String, _ violations: inout FieldViolations
    ) -> IdentityCode? {
        let birthDate = violations.checkDate(client.birthDate, at: "\(path).birth_date")
        if let birthDate, birthDate > today {
            violations.add("\(path).birth_date", .futureDate, "Not after today.")
        } else if let birthDate, birthDate.year < Self.birthYearMin {
            violations.add("\(path).birth_date", .outOfRange, "Not before \(Self.birthYearMin).")
        }
        guard !client.identityCode.isEmpty,
            let code = violations.checkIdentityCode(
                client.identityCode, at: "\(path).identity_code", accepting: acceptance)
        else { return nil }
        if code.birthDate > today {
            let future = IdentityCodeViolation.date
            violations.add(
                "\(path).identity_code", named: future.rawValue, "The day of birth is to come.")
        }
        if let birthDate, birthDate != code.birthDate {
            violations.add(
                "\(path).birth_date", .disagrees,
                "The date of birth must be that of the identity code.")
        }
        return code
    }

    private func checkContact(
        _ contact: ContactDetails?, at path: String, _ violations: inout FieldViolations
    ) {
        guard let contact else { return }
        violations.checkFormat(
            contact.telephone, at: "\(path).telephone", "E.164: + and 7 to 15 digits.",
            isValid: TextForm.isTelephone)
        violations.check(contact.email, at: "\(path).email", lengthMax: 254)
        violations.checkFormat(
            contact.email, at: "\(path).email", "An e-mail address.", isValid: TextForm.isEmail)
        violations.check(contact.streetAddress, at: "\(path).street_address", lengthMax: 200)
        violations.checkFormat(
            contact.postalCode, at: "\(path).postal_code", "Five digits.",
            isValid: TextForm.isPostalCode)
        violations.check(contact.city, at: "\(path).city", lengthMax: 100)
    }

    private func checkResidence(
        _ client: Client, at path: String, _ violations: inout FieldViolations
    ) {
        violations.checkCount(
            client.residenceTitles.count, at: "\(path).residence_titles",
            countMax: Self.listCountMax)
        for (index, title) in client.residenceTitles.prefix(Self.listCountMax).enumerated() {
            let field = "\(path).residence_titles[\(index)]"
            violations.checkKnown(title.type.isUnrecognized, at: "\(field).type")
            violations.checkKnown(title.ground.isUnrecognized, at: "\(field).ground")
            violations.checkPeriod(
                from: title.validFrom, at: "\(field).valid_from", to: title.validTo,
                at: "\(field).valid_to")
        }
        violations.checkCount(
            client.citizenships.count, at: "\(path).citizenships",
            countMax: Self.citizenshipCountMax)
        var seen: Set<String> = []
        for (index, code) in client.citizenships.prefix(Self.citizenshipCountMax).enumerated() {
            let field = "\(path).citizenships[\(index)]"
            if !CodeLists.citizenships.contains(code) {
                violations.add(
                    field, .unknownValue,
                    "ISO 3166-1 alpha-2 in upper case; XX for stateless, ZZ for unknown.")
            } else if !seen.insert(code).inserted {
                violations.add(field, .repeated, "Named before.")
            }
        }
    }

    private func checkServiceLanguage(
        _ language: ServiceLanguage?, at path: String, _ violations: inout FieldViolations
    ) {
        guard let language else { return }
        let codes = [
            ("native_language", language.nativeLanguage),
            ("contact_language", language.contactLanguage),
        ]
        for (field, code) in codes where !code.isEmpty && !CodeLists.isLanguage(code) {
            violations.add(
                "\(path).\(field)", .unknownValue, "ISO 639-1 or 639-3 in lower case.")
        }
        violations.check(
            language.arrangements, at: "\(path).arrangements", lengthMax: 1000, kind: .prose)
    }

    private func checkBackground(
        _ background: Background?, at path: String, _ violations: inout FieldViolations
    ) {
        guard let background else { return }
        if background.educationLevel > 9 {
            violations.add("\(path).education_level", .outOfRange, "0 to 9.")
        }
        violations.check(
            background.education, at: "\(path).education", lengthMax: 2000, kind: .prose)
        violations.check(
            background.workHistory, at: "\(path).work_history", lengthMax: 4000, kind: .prose)
        violations.check(background.skills, at: "\(path).skills", lengthMax: 4000, kind: .prose)
        let levels = [
            ("finnish_level", background.finnishLevel), ("swedish_level", background.swedishLevel),
        ]
        for (field, level) in levels where !level.isEmpty && !TextForm.isLanguageLevel(level) {
            violations.add(
                "\(path).\(field)", .unknownValue,
                "A1.1, A1.2, A1.3, A2.1, A2.2, B1.1, B1.2, "
                    + "B2.1, B2.2, or X for not tested.")
        }
    }
}
