import CContract

/// The contract as protobuf describes it: serialized `google.protobuf.FileDescriptorSet`s with the
/// comments before declarations, generated from proto/.
public enum ContractDescriptorSet {
    /// Everything that the daemon speaks, with all that its files import.
    public static var contract: [UInt8] { bytes(icds_contract_descriptor_set()) }

    /// The packages for tests alone. Appended to `contract` they make one set with it, because
    /// serialized messages that are put together merge.
    public static var testing: [UInt8] { bytes(icds_testing_descriptor_set()) }

    private static func bytes(_ set: IcdsDescriptorSet) -> [UInt8] {
        Array(UnsafeBufferPointer(start: set.bytes, count: set.count))
    }
}
