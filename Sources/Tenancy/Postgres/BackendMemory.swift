/// When to ask a connection's backend how much memory it has, and whether that is too much. Pure.
///
/// A backend never gives back what plans and rows of the catalogue have taken, so that the memory grows
/// with what the connection meets and does not shrink when statements are deallocated.
struct BackendMemory {
    /// Asking costs the backend some milliseconds: it adds up thousands of pieces.
    private static let stepMin = 16
    private static let stepMax = 512
    private static let firstStep = 32
    /// Assumed of each thing met, at least: a small statement's plan.
    private static let growthBytesMin = 16 << 10

    let bytesMax: Int
    /// As it was last measured; zero before.
    private(set) var bytes = 0
    private(set) var isAsked = false
    /// False once the database could not say: it has no function for it.
    private(set) var isMeasurable = true
    private var growthWhenAsked = 0
    private var askAt = Self.firstStep

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Whether to ask now, which the caller then does.
    ///
    /// - Parameter growth: things met so far, such as statements prepared.
    mutating func ask(growth: Int) -> Bool {
        guard isMeasurable, !isAsked, growth >= askAt else { return false }
        isAsked = true
        growthWhenAsked = growth
        return true
    }

    /// Takes the answer; true when it is too much. Otherwise it is asked again when half of what is
    /// left may be used up, going by what each thing has taken so far.
    mutating func measured(_ bytes: Int) -> Bool {
        isAsked = false
        self.bytes = bytes
        guard bytes < bytesMax else {
            isMeasurable = false
            return true
        }
        let each = max(Self.growthBytesMin, bytes / max(1, growthWhenAsked))
        let step = (bytesMax - bytes) / (2 * each)
        askAt = growthWhenAsked + min(Self.stepMax, max(Self.stepMin, step))
        return false
    }

    mutating func couldNotSay() {
        isAsked = false
        isMeasurable = false
    }
}
