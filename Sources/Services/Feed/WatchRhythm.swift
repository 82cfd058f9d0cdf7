import Tenancy

/// When a watch looks next. However often it is told that there is something, and however long older
/// transactions keep changes from being told, its looks stay bounded.
struct WatchRhythm: Sendable {
    /// What lies between two looks.
    struct Rest: Sendable, Equatable {
        /// For so long nothing makes it look.
        var deaf: Duration
        /// For so long besides, it looks as soon as somebody says that there is something.
        var listening: Duration
    }

    private let pace: WatchChanges.Pace
    private var impatience: Duration

    init(_ pace: WatchChanges.Pace) {
        self.pace = pace
        impatience = pace.impatience
    }

    /// The rest after a look that found `page`.
    mutating func rest(after page: ChangeFeed.Page) -> Rest {
        if page.isMoreToCome, page.events.isEmpty {
            // What waits is known of, and appears when the older transaction ends, of which nobody
            // tells: more of what waits is no reason to look.
            defer { impatience = min(impatience * 2, pace.pollInterval) }
            return Rest(deaf: min(impatience, pace.pollInterval), listening: .zero)
        }
        impatience = pace.impatience
        let deaf = min(pace.impatience, pace.pollInterval)
        return Rest(deaf: deaf, listening: page.isMoreToCome ? .zero : pace.pollInterval - deaf)
    }
}
