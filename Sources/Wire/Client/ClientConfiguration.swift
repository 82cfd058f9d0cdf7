/// How a client reaches its server.
public struct ClientConfiguration: Sendable {
    /// Host name or IP address.
    public var host: String
    /// TCP port.
    public var port: Int
    /// Certificate, key and policy of the client's side, with the name the server must prove.
    public var tls: TLSContext
    /// Name and version of the program, for the server's logs: printable ASCII, 64 bytes at most.
    public var implementation = "icds-swift/1"
    /// How long connecting may take: name resolution, TCP, TLS and the server's admission.
    public var connectTimeout = Duration.seconds(10)
    /// Timeout of a call that sets none.
    public var callTimeout = Duration.seconds(60)
    /// Silence after which the client asks whether the server is still there.
    public var keepaliveInterval = Duration.seconds(60)
    /// How long the server has to answer that, and a ping of `RPCClient.ping`.
    public var keepaliveTimeout = Duration.seconds(20)
    /// Bytes of streamed answers that may wait for their readers, all calls of a connection together.
    /// Over it the server gets no more credit until they have caught up; what it may have on its way
    /// by then comes on top.
    public var bufferedBytesMax = 8_388_608
    /// Bytes that may wait to be sent to a server that reads slowly; with what the kernel holds, and
    /// one message more. Over it calls and the writers of streams wait, within their time.
    public var outboundBytesMax = 1_048_576

    /// A client of the server at `host` and `port`.
    public init(host: String, port: Int, tls: TLSContext) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}
