/// Holds a message inside a message of its own type, which a Swift struct cannot do directly.
package final class IndirectBox<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    package static func == (left: IndirectBox, right: IndirectBox) -> Bool {
        left === right || left.value == right.value
    }
}
