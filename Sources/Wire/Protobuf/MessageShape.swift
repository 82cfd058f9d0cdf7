import CContract

/// A message's C descriptor and scan table. Opaque outside the module.
///
/// `@unchecked Sendable` is safe because both point to constants that live as long as the process; the
/// descriptor lies in the program's read-only data and the table is never written after it was made. A
/// peer's bytes are read by them and reach neither.
public struct MessageShape: @unchecked Sendable {
    let descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    let table: UnsafePointer<ScanTable>

    /// The shape of the message with that `ProtobufCMessageDescriptor`.
    package init(descriptor: UnsafeRawPointer) {
        self.descriptor = descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
        self.table = ScanTableRegistry.table(for: self.descriptor)
    }
}
