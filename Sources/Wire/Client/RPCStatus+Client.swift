import Glibc
import NIOCore
import NIOPosix

extension RPCStatus {
    /// Whether the server certainly did nothing, so that the call may be made again whatever the
    /// method does (PROTOCOL.md, "Errors").
    public var isSafeToRetry: Bool {
        guard let reason = LibraryReason(rawValue: reason), reason.code == code else {
            return false
        }
        return reason.provesNothingWasDone
    }

    /// What a client says when TLS failed. Under TLS 1.3 a server refuses a client's certificate
    /// after the client's handshake is complete, by an alert instead of its Hello.
    init(clientFailure failure: TLSFailure) {
        let detail = failure.detail.isEmpty ? failure.reason.rawValue : failure.detail
        if failure.reason == .refusedByPeer, let alert = failure.alert,
            let what = Self.certificateAlerts[alert]
        {
            self = LibraryReason.certificateRefused.status(
                "the server refused our certificate: \(what)")
        } else {
            self = LibraryReason.tlsFailed.status(
                "TLS with the server failed (\(failure.reason.rawValue)): \(detail)")
        }
    }

    /// Alerts that speak of the certificate (RFC 8446, section 6.2).
    private static let certificateAlerts: [UInt8: String] = [
        42: "it is corrupt or lacks a valid identity",
        43: "its kind is not supported",
        44: "it has been revoked",
        45: "it has expired or is not valid yet",
        46: "it is not acceptable",
        48: "its authority is not one that the server trusts",
        49: "it is not admitted",
        116: "there is none",
    ]

    /// What a client says when TCP did not connect.
    init(connecting error: any Error, to host: String, port: Int) {
        let why: String
        switch error {
        case let status as RPCStatus:
            self = status
            return
        case let error as NIOConnectionError:
            if error.connectionErrors.contains(where: { Self.isTimeout($0.error) }) {
                self = LibraryReason.connectTimeout.status("\(host):\(port) did not answer in time")
                return
            }
            if let error = error.dnsAError ?? error.dnsAAAAError {
                why = "the name could not be resolved (\(error))"
            } else {
                why = Self.describe(error.connectionErrors.first?.error)
            }
        default: why = Self.describe(error)
        }
        self = LibraryReason.connectFailed.status("cannot connect to \(host):\(port): \(why)")
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        if case .connectTimeout? = error as? ChannelError { true } else { false }
    }

    private static func describe(_ error: (any Error)?) -> String {
        guard let error = error as? IOError else { return error.map { "\($0)" } ?? "no address" }
        switch error.errnoCode {
        case ECONNREFUSED: return "nothing listens there"
        case EHOSTUNREACH, ENETUNREACH: return "there is no route to it"
        default: return error.description
        }
    }
}
