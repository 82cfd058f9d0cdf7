/// Why JSON is not the message that was asked for. It names the place and never repeats a value.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the message, by JSON names: "client.residenceTitles[2].type". Empty at the top.
    public var path: String
    /// What is wrong and what would be right.
    public var problem: String

    public init(_ problem: String, path: String = "") {
        self.path = path
        self.problem = problem
    }

    public var description: String {
        path.isEmpty ? problem : "\(path): \(problem)"
    }

    /// The same error, seen from one level further out.
    func within(_ step: String) -> JSONError {
        if path.isEmpty { return JSONError(problem, path: step) }
        let separator = path.hasPrefix("[") ? "" : "."
        return JSONError(problem, path: step + separator + path)
    }
}

/// What JSON text may cost whoever reads it.
public struct JSONLimits: Sendable, Equatable {
    /// Bytes of text: as much as fits into a frame, with room for base64 and quotation marks.
    public var bytesMax: Int
    /// Arrays and objects inside one another: each level of a message takes two at the most.
    public var depthMax: Int

    public init(bytesMax: Int = 8_388_608, depthMax: Int = 100) {
        self.bytesMax = bytesMax
        self.depthMax = depthMax
    }

    public static let standard = JSONLimits()
}
