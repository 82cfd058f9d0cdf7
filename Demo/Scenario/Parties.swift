/// Who takes part in the demonstration.
enum Party: CaseIterable {
    case `operator`
    case tampere
    case oulu
    case pirkanmaa
    case northOstrobothnia

    var name: String {
        switch self {
        case .operator: "Operator"
        case .tampere: "Tampere"
        case .oulu: "Oulu"
        case .pirkanmaa: "Pirkanmaa county"
        case .northOstrobothnia: "North Ostrobothnia county"
        }
    }

    /// Kind, code and system, as in the certificate's URI.
    var identity: String {
        switch self {
        case .operator: "operator:keha:admin"
        case .tampere: "municipality:\(code):casework"
        case .oulu: "municipality:\(code):casework"
        case .pirkanmaa: "county:\(code):casework"
        case .northOstrobothnia: "county:\(code):casework"
        }
    }

    var code: String {
        switch self {
        case .operator: "keha"
        case .tampere: "837"
        case .oulu: "564"
        case .pirkanmaa: "08"
        case .northOstrobothnia: "19"
        }
    }

    var userID: String {
        switch self {
        case .operator: "keha.admin-1"
        case .tampere: "tampere.caseworker-1"
        case .oulu: "oulu.caseworker-1"
        case .pirkanmaa: "pirkanmaa.nurse-1"
        case .northOstrobothnia: "pohde.nurse-1"
        }
    }
}
