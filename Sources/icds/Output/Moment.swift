import RegisterData
import Wire

/// Times as a person reads them: "2026-11-23 12:30:21", UTC.
enum Moment {
    static func text(_ timestamp: Timestamp?) -> String {
        guard let timestamp else { return "" }
        let secondsOfDay = Int(timestamp.seconds - dayNumber(timestamp.seconds) * 86_400)
        guard let day = CivilDate(dayNumber: Int(dayNumber(timestamp.seconds))) else {
            return "\(timestamp.seconds) s since 1970"
        }
        let parts = [secondsOfDay / 3600, secondsOfDay / 60 % 60, secondsOfDay % 60]
        return "\(day) " + parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// Rounded down, also before 1970.
    private static func dayNumber(_ seconds: Int64) -> Int64 {
        seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }
}
