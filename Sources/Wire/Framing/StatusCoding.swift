/// Statuses as they cross the wire: `icds.wire.v1.Status` and `GoAway`.
enum StatusCoding {
    /// Encodes a status for an End. Never fails: details that cannot be encoded, or that would make it
    /// larger than `bytesMax`, are left out, since the caller is better off with a code than with
    /// nothing.
    static func encoded(
        _ status: RPCStatus, bytesMax: Int = Limits.default.messageBytesMax
    ) -> [UInt8] {
        var message = Status()
        message.code = status.code.rawValue
        message.reason = status.reason
        message.message = text(status.message)
        message.details = status.details.map(StatusDetail.init)
        if let delay = status.retryAfterMilliseconds {
            var info = RetryInfo()
            info.delayMilliseconds = delay
            var detail = StatusDetail()
            detail.detail = .retryInfo(info)
            message.details.append(detail)
        }
        if let bytes = try? message.encoded(), bytes.count <= bytesMax { return bytes }
        message.details = []
        message.reason = text(status.reason)
        return (try? message.encoded()) ?? [0x08, UInt8(truncatingIfNeeded: status.code.rawValue)]
    }

    /// Decodes the status of an End.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(RPCStatus) -> RPCStatus {
        let message = try Status(decoding: bytes)
        var status = RPCStatus(
            RPCCode(rawValue: message.code) ?? .unknown, message.reason, message.message)
        for detail in message.details {
            switch detail.detail {
            case .retryInfo(let info): status.retryAfterMilliseconds = info.delayMilliseconds
            case .fieldViolation(let violation):
                status.details.append(
                    .fieldViolation(
                        field: violation.field, reason: violation.reason,
                        description: violation.descriptionText))
            case .resourceInfo(let info):
                status.details.append(
                    .resource(type: info.resourceType, name: info.resourceName))
            case .typedMessage(let typed):
                status.details.append(.message(typeName: typed.typeName, bytes: typed.value))
            case nil: break
            }
        }
        return status
    }

    /// Encodes a GoAway.
    static func goAway(_ status: RPCStatus, lastCallID: UInt32) throws(RPCStatus) -> [UInt8] {
        var message = GoAway()
        message.lastCallID = lastCallID
        message.code = status.code.rawValue
        message.reason = status.reason
        message.message = text(status.message)
        return try message.encoded()
    }

    /// A text that any peer takes: without NUL, and not longer than a status may be.
    private static func text(_ text: String) -> String {
        var bytes = Array(text.utf8.prefix(Limits.statusMessageBytesMax))
        bytes.removeAll { $0 == 0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StatusDetail {
    /// A detail as a message.
    fileprivate init(_ detail: RPCDetail) {
        self.init()
        switch detail {
        case .fieldViolation(let field, let reason, let description):
            var violation = FieldViolation()
            violation.field = field
            violation.reason = reason
            violation.descriptionText = description
            self.detail = .fieldViolation(violation)
        case .resource(let type, let name):
            var info = ResourceInfo()
            info.resourceType = type
            info.resourceName = name
            self.detail = .resourceInfo(info)
        case .message(let typeName, let bytes):
            var typed = TypedMessage()
            typed.typeName = typeName
            typed.value = bytes
            self.detail = .typedMessage(typed)
        }
    }
}
