import Contract
import Wire

/// Methods by the names that people give.
enum MethodNames {
    static let package = "icds.v1."

    /// The method of that name, with or without the package, with or without a leading slash.
    ///
    /// Throws `UsageError` that names what comes nearest.
    static func find(_ text: String) throws(UsageError) -> ContractMethod {
        let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
        let method = ContractMethods.all.first {
            $0.descriptor.fullName == name || $0.descriptor.fullName == package + name
        }
        if let method { return method }
        let wanted = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let near = ContractMethods.all.map(\.descriptor).filter {
            let found = $0.name.lowercased()
            return !wanted.isEmpty && (found.contains(wanted) || wanted.contains(found))
        }
        let hint =
            near.isEmpty
            ? "`icds describe` lists them"
            : "did you mean \(near.map(\.fullName).joined(separator: " or "))?"
        throw UsageError("there is no method \"\(text)\": \(hint)")
    }
}
