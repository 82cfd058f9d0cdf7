/// Holds what a reader of the change feed got against the outbox.
package enum FeedCheck {
    /// What does not hold; nothing where the reader got every change once and in the outbox's order,
    /// from the first one on, or from where it began.
    package static func finding(
        _ record: FeedRecord, _ outbox: [FeedRecord.Event]
    ) -> Finding? {
        let expected =
            record.isFromBeginning ? outbox[...] : outbox.suffix(record.events.count)
        if record.events.elementsEqual(expected) { return nil }
        let place = zip(record.events, expected).enumerated().first { $0.element.0 != $0.element.1 }
        guard let place else {
            return Finding(
                .feed,
                "\(record.reader): \(record.events.count) changes of \(expected.count) came")
        }
        return Finding(
            .feed,
            "\(record.reader): change \(place.offset + 1) of \(record.events.count) is "
                + "\(place.element.0), not \(place.element.1)")
    }
}
