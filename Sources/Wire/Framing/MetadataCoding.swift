/// Metadata as it crosses the wire, with its rules (PROTOCOL.md, "Metadata").
enum MetadataCoding {
    /// Reads the metadata of a frame.
    ///
    /// - Throws: RESOURCE_EXHAUSTED/METADATA_TOO_LARGE, INTERNAL/BAD_METADATA.
    static func read(
        _ slice: MetadataSlice, limits: Limits
    ) throws(RPCStatus) -> Metadata {
        guard slice.count > 0 else { return Metadata() }
        guard slice.count <= limits.metadataEntriesMax else {
            throw LibraryReason.metadataTooLarge.status(
                "\(slice.count) metadata entries are over the limit of "
                    + "\(limits.metadataEntriesMax)")
        }
        do throws(FrameError) {
            return try readEntries(slice, bytesMax: limits.metadataBytesMax)
        } catch {
            switch error {
            case .tooLarge:
                throw LibraryReason.metadataTooLarge.status(
                    "the metadata is over the limit of \(limits.metadataBytesMax) bytes")
            case .malformed:
                throw LibraryReason.badMetadata.status(
                    "a metadata key or value has a character that it may not have")
            }
        }
    }

    private static func readEntries(
        _ slice: MetadataSlice, bytesMax: Int
    ) throws(FrameError) -> Metadata {
        var metadata = Metadata()
        metadata.entries.reserveCapacity(slice.count)
        var bytes = 0
        var cursor = WireCursor(slice.message)
        while let field = try cursor.nextField() {
            guard field.number == slice.field else {
                try cursor.skip(field.type)
                continue
            }
            let entry = try readEntry(try cursor.bytes(field))
            bytes += entry.key.utf8.count + entry.value.count
            guard bytes <= bytesMax else { throw .tooLarge(bytes: bytes, bytesMax: bytesMax) }
            metadata.entries.append(entry)
        }
        return metadata
    }

    private static func readEntry(
        _ bytes: UnsafeRawBufferPointer
    ) throws(FrameError) -> Metadata.Entry {
        var cursor = WireCursor(bytes)
        var entry = Metadata.Entry(key: "", value: [])
        while let field = try cursor.nextField() {
            switch field.number {
            case 1: entry.key = try cursor.text(field)
            case 2: entry.value = Array(try cursor.bytes(field))
            default: try cursor.skip(field.type)
            }
        }
        guard isValid(entry) else { throw .malformed(.invalidText) }
        return entry
    }

    /// Whether key and value hold only what they may.
    static func isValid(_ entry: Metadata.Entry) -> Bool {
        let key = entry.key.utf8
        guard (1...Limits.metadataKeyBytesMax).contains(key.count), key.allSatisfy(isKeyByte)
        else { return false }
        return entry.key.hasSuffix("-bin") || entry.value.allSatisfy { (0x20...0x7e).contains($0) }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Encodes metadata as the `metadata` field of a Call.
    ///
    /// - Throws: INTERNAL/BAD_METADATA, before anything is sent.
    static func encoded(_ metadata: Metadata) throws(RPCStatus) -> [UInt8] {
        guard !metadata.isEmpty else { return [] }
        guard metadata.entries.allSatisfy(isValid) else {
            throw LibraryReason.badMetadata.status(
                "a metadata key or value has a character that it may not have")
        }
        var call = Call()
        call.metadata = metadata.entries.map { entry in
            var wire = MetadataEntry()
            wire.key = entry.key
            wire.value = entry.value
            return wire
        }
        return try call.encoded()
    }
}
