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

    /// Encodes metadata as the field number `field` of a frame's message: 4 in a Call and an End, 5 in
    /// a Message and for an End's trailing metadata.
    ///
    /// - Throws: INTERNAL/BAD_METADATA, before anything is sent.
    static func encoded(_ metadata: Metadata, field: UInt8 = 4) throws(RPCStatus) -> [UInt8] {
        guard !metadata.isEmpty else { return [] }
        guard metadata.entries.allSatisfy(isValid) else {
            throw LibraryReason.badMetadata.status(
                "a metadata key or value has a character that it may not have")
        }
        var bytes: [UInt8] = []
        for entry in metadata.entries {
            let key = entry.key.utf8
            let body = fieldBytes(key.count) + fieldBytes(entry.value.count)
            appendTag(field, length: body, to: &bytes)
            appendTag(1, length: key.count, to: &bytes)
            bytes += key
            guard !entry.value.isEmpty else { continue }
            appendTag(2, length: entry.value.count, to: &bytes)
            bytes += entry.value
        }
        return bytes
    }

    /// Encodes metadata of an answer, by the limits that hold for those of a request.
    ///
    /// - Throws: RESOURCE_EXHAUSTED/METADATA_TOO_LARGE, INTERNAL/BAD_METADATA.
    static func encoded(
        _ metadata: Metadata, field: UInt8, limits: Limits
    ) throws(RPCStatus) -> [UInt8] {
        guard !metadata.isEmpty else { return [] }
        guard metadata.entries.count <= limits.metadataEntriesMax,
            metadata.bytes <= limits.metadataBytesMax
        else {
            throw LibraryReason.metadataTooLarge.status(
                "the answer's metadata are over the limit of \(limits.metadataEntriesMax) entries "
                    + "or \(limits.metadataBytesMax) bytes")
        }
        return try encoded(metadata, field: field)
    }

    private static func fieldBytes(_ count: Int) -> Int {
        count == 0 ? 0 : 1 + FrameWriter.varintBytes(count) + count
    }

    private static func appendTag(_ number: UInt8, length: Int, to bytes: inout [UInt8]) {
        bytes.append(number << 3 | 2)
        var rest = length
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

extension Metadata {
    /// Bytes of all keys and values, as the limit counts them.
    var bytes: Int {
        entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
    }
}
