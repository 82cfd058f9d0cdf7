/// The connection of a stream, as the tasks that read and write see it: any thread may call.
protocol StreamTransport: Sendable {
    /// Something waits in the stream's outbox.
    func sendMore(of stream: ClientStream)
    /// The reader has used up `bytes` of the call's credit.
    func giveBack(_ bytes: Int, of stream: ClientStream)
    /// Readers of any call have caught up: credit that was withheld may go back.
    func giveBackWithheld()
    /// The call ended on this side: tell the server.
    func cancel(_ stream: ClientStream)
}
