import Contract

enum ConnectionView {
    static func table(_ connections: [Connection], columnsMax: Int?) -> String {
        var table = Table([
            .number("id"), .flexible("system"), .fixed("address"), .number("age"),
            .number("calls"), .number("failed"), .number("open"), .number("in"), .number("out"),
            .fixed("last call (UTC)"),
        ])
        for connection in connections {
            table.add([
                "\(connection.id)",
                connection.peerURI.isEmpty ? "(in its handshake)" : connection.peerURI,
                connection.remoteAddress, Amount.time(milliseconds: connection.ageMilliseconds),
                "\(connection.callsStarted)", "\(connection.callsFailed)",
                "\(connection.callsOpen)", Amount.bytes(connection.bytesReceived),
                Amount.bytes(connection.bytesSent), Moment.text(connection.lastCallAt),
            ])
        }
        return table.rendered(columnsMax: columnsMax)
    }

    static func outline(_ connection: Connection) -> String {
        var outline = Outline()
        let uri = connection.peerURI.isEmpty ? "(in its handshake)" : connection.peerURI
        outline.heading("Connection \(connection.id) of \(SafeText.line(uri))")
        outline.field("reference in the log", connection.reference)
        outline.field("address", connection.remoteAddress)
        outline.field("opened", Moment.text(connection.openedAt))
        outline.field("age", Amount.time(milliseconds: connection.ageMilliseconds))
        outline.field("TLS", "\(connection.tlsVersion) \(connection.tlsCipher)")
        outline.field("certificate valid to", Moment.text(connection.certificateNotAfter))
        outline.heading("Calls")
        outline.field("started", "\(connection.callsStarted)")
        outline.field("succeeded", "\(connection.callsSucceeded)")
        outline.field("failed", "\(connection.callsFailed)")
        outline.field("open", "\(connection.callsOpen)")
        outline.field("last", Moment.text(connection.lastCallAt))
        outline.field(
            "messages",
            "\(connection.messagesReceived) received, \(connection.messagesSent) sent")
        outline.field(
            "bytes", "\(connection.bytesReceived) received, \(connection.bytesSent) sent")
        outline.heading("Refused calls")
        for rejection in connection.rejections {
            outline.field(SafeText.line(rejection.reason), "\(rejection.count)")
        }
        return outline.rendered()
    }

    static func outline(_ totals: ServerTotals) -> String {
        var outline = Outline()
        outline.heading("Since \(Moment.text(totals.startedAt)) UTC")
        outline.field("connections open", "\(totals.connectionsOpen)")
        outline.field("connections accepted", "\(totals.connectionsAccepted)")
        outline.field("handshakes completed", "\(totals.handshakesCompleted)")
        outline.field("handshakes failed", "\(totals.handshakesFailed)")
        outline.field("handlers running", "\(totals.handlersRunning)")
        outline.field("calls started", "\(totals.callsStarted)")
        outline.field("calls succeeded", "\(totals.callsSucceeded)")
        outline.field("bytes", "\(totals.bytesReceived) received, \(totals.bytesSent) sent")
        outline.heading("Ended otherwise than well")
        for end in totals.endsByReason {
            outline.field(SafeText.line(end.reason), "\(end.count)")
        }
        return outline.rendered()
    }
}

/// Amounts in as many digits as a table has room for.
enum Amount {
    /// "512", "1.5k", "20M", "3.1G", of 1,000.
    static func bytes(_ count: UInt64) -> String {
        var (value, unit) = (Double(count), "")
        for next in ["k", "M", "G", "T"] where value >= 1_000 {
            (value, unit) = (value / 1_000, next)
        }
        if unit.isEmpty { return "\(count)" }
        let tenths = Int(value * 10)
        return value < 10 ? "\(tenths / 10).\(tenths % 10)\(unit)" : "\(Int(value))\(unit)"
    }

    /// "45s", "12m", "3h", "9d", rounded down.
    static func time(milliseconds: UInt64) -> String {
        let seconds = milliseconds / 1_000
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<7_200: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3_600)h"
        default: return "\(seconds / 86_400)d"
        }
    }
}
