import RegisterData
import Wire

/// Times as a person reads them: "2026-11-23 12:30:21", UTC.
enum Moment {
    static func text(_ timestamp: Timestamp?) -> String {
        guard let timestamp else { return "" }
        var (dayNumber, rest) = timestamp.seconds.quotientAndRemainder(dividingBy: 86_400)
        // Rounded down, also before 1970.
        if rest < 0 { (dayNumber, rest) = (dayNumber - 1, rest + 86_400) }
        let secondsOfDay = Int(rest)
        guard let day = CivilDate(dayNumber: Int(dayNumber)) else {
            return "\(timestamp.seconds) s since 1970"
        }
        let parts = [secondsOfDay / 3600, secondsOfDay / 60 % 60, secondsOfDay % 60]
        return "\(day) " + parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
