/// What is wrong with the register's files, and where.
public struct RegisterError: Error, Sendable, Equatable, CustomStringConvertible {
    public let file: String
    /// Counted from 1, the header included; 0 where it is the file as a whole.
    public let line: Int
    public let problem: String

    public init(file: String, line: Int, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    public var description: String {
        line == 0 ? "\(file): \(problem)" : "\(file):\(line): \(problem)"
    }
}
