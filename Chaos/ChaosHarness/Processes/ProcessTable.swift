import Foundation

/// What the kernel says of processes, from `/proc`.
enum ProcessTable {
    /// Processes whose parent is `parent`.
    static func children(of parent: pid_t) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { status(of: $0)?.parent == parent }
    }

    /// Whether it runs; one that has ended and that nobody has asked about does not.
    static func isAlive(_ pid: pid_t) -> Bool {
        status(of: pid).map { $0.state != "Z" } ?? false
    }

    /// Its command line, which a server process of PostgreSQL replaces by what it does:
    /// "postgres: icds_api icds [local] COMMIT".
    static func title(of pid: pid_t) -> String {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
            return ""
        }
        return String(decoding: data.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The third and fourth field of `stat`, behind a name in brackets that may have brackets itself.
    private static func status(of pid: pid_t) -> (state: Substring, parent: pid_t)? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
            return nil
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
        return (fields[0], parent)
    }
}
