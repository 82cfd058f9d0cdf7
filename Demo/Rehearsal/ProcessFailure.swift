/// A program that cannot be started, or that did not do what it was started for.
package struct ProcessFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
