/// One call for personal data, with everything by which its row in the log is found again.
package struct Access: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// No answer came, so far.
        case unanswered
        /// Data came back; of this client, where the request or the answer named one.
        case answered(clientID: String?)
        /// The service refused, for this reason.
        case refused(reason: String)
    }

    /// The municipality whose data are asked for.
    package var municipality: String
    package var method: String
    /// Stated in the request, different for every call, and kept by the log.
    package var reason: String
    package var outcome = Outcome.unanswered

    package init(
        municipality: String, method: String, reason: String, outcome: Outcome = .unanswered
    ) {
        self.municipality = municipality
        self.method = method
        self.reason = reason
        self.outcome = outcome
    }
}

/// What a caller knows of something that it wanted written.
package enum WriteOutcome: Sendable, Equatable {
    /// It was answered: it must be there, once.
    case acknowledged
    /// The service said that nothing was changed, and nobody asked again: it must not be there.
    case unchanged
    /// No answer came, and nobody asked again: it is there as a whole or not at all.
    case unknown
}

/// A client that somebody wanted recorded.
package struct CreatedClient: Sendable, Equatable {
    package var municipality: String
    /// The family name, which no other client has.
    package var marker: String
    package var outcome: WriteOutcome
    /// Where it was answered.
    package var clientID: String?

    package init(
        municipality: String, marker: String, outcome: WriteOutcome, clientID: String? = nil
    ) {
        self.municipality = municipality
        self.marker = marker
        self.outcome = outcome
        self.clientID = clientID
    }
}

/// A client as the only one who changes it last saw it.
package struct ExpectedClient: Sendable, Equatable {
    package var municipality: String
    package var version: Int
    package var email: String
    /// A change to this was asked for and never answered: the client may be one version further, with
    /// this.
    package var orNextEmail: String?

    package init(
        _ municipality: String, version: Int, email: String, orNextEmail: String? = nil
    ) {
        self.municipality = municipality
        self.version = version
        self.email = email
        self.orNextEmail = orNextEmail
    }
}

/// An assessment with a county in it, as those who worked on it last saw it.
package struct ExpectedAssessment: Sendable, Equatable {
    package var municipality: String
    package var clientID: String
    package var caseReference: String?
    package var isAccepted = false
    package var isCompleted = false

    package init(municipality: String, clientID: String) {
        self.municipality = municipality
        self.clientID = clientID
    }
}

/// A text of one client to which several callers add their words, each from what it has read.
package struct SharedText: Sendable, Equatable {
    package var municipality: String
    /// Words that were acknowledged: each must be there once.
    package var added: Set<String> = []
    /// Words whose change was refused since another came first: none may be there.
    package var refused: Set<String> = []

    package init(municipality: String) {
        self.municipality = municipality
    }
}

/// What one reader of a municipality's change feed got, in its order.
package struct FeedRecord: Sendable, Equatable {
    package struct Event: Sendable, Hashable, CustomStringConvertible {
        package var kind: Int
        package var clientID: String
        package var assessmentID: String
        /// Empty where the kind has none.
        package var version: String

        package init(kind: Int, clientID: String, assessmentID: String, version: String) {
            self.kind = kind
            self.clientID = clientID
            self.assessmentID = assessmentID
            self.version = version
        }

        package var description: String {
            "kind \(kind), client \(clientID), assessment \(assessmentID), version \(version)"
        }
    }

    package var reader: String
    package var municipality: String
    /// Whether it began with the first change that there ever was.
    package var isFromBeginning: Bool
    package var events: [Event] = []
    /// How often it began anew with the cursor that it had kept.
    package var resumptions = 0

    package init(reader: String, municipality: String, isFromBeginning: Bool) {
        self.reader = reader
        self.municipality = municipality
        self.isFromBeginning = isFromBeginning
    }
}
