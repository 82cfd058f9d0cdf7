import AuditProof
import Glibc
import Synchronization
import Testing

@testable import Tenancy

@Suite struct SecretCommandTests {
    private static let digits = String(repeating: "5a", count: 32)
    private static let others = String(repeating: "c3", count: 32)

    private func command(
        _ script: String, timeLimit: Duration = .seconds(20)
    ) throws -> SecretSource {
        .command(try SecretCommand(["/bin/sh", "-c", script], timeLimit: timeLimit))
    }

    /// The reason why a script gives no master key.
    private func refusal(_ script: String, timeLimit: Duration = .seconds(20)) -> String? {
        do {
            _ = try command(script, timeLimit: timeLimit).masterKeys()
            return nil
        } catch CryptoError.secretCommand(let reason) {
            return reason
        } catch {
            return "\(error)"
        }
    }

    @Test func whatItPrintsIsTheKeyAndWhatFollowsAreFormerOnes() throws {
        let keys = try command("echo \(Self.digits); echo \(Self.others)").masterKeys()
        #expect(keys.count == 2)
        let secret = SecretBytes(copying: [UInt8](repeating: 0x5A, count: 32))
        #expect(keys.first?.id == (try MasterKey(secret)).id)
        let bytes = try command("printf 'ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ'").masterKeys()
        #expect(bytes.map(\.id) == keys.prefix(1).map(\.id))
    }

    @Test func itsWordsGoToTheProgramAsTheyAreWithoutAShell() throws {
        let source = SecretSource.command(
            try SecretCommand(
                ["/usr/bin/printf", "%s", "$(id)`id`;id"], timeLimit: .seconds(20)))
        guard case .command(let command) = source else { return }
        let printed = try command.run(bytesMax: 100) { Array($0) }
        #expect(String(decoding: printed, as: UTF8.self) == "$(id)`id`;id")
    }

    @Test func aFailureNamesTheStatusAndNothingThatItSaid() throws {
        let reason = try #require(refusal("echo \(Self.digits); echo hunter2 >&2; exit 3"))
        #expect(reason.contains("status 3"))
        #expect(!reason.contains("hunter2") && !reason.contains(Self.digits))
        #expect(try #require(refusal("kill -9 $$")).contains("signal 9"))
    }

    @Test(arguments: [
        "true", "echo \(digits)x", "printf %s \(digits.dropLast())", "echo; echo \(digits)",
        "echo \(digits); echo \(digits)", "echo hunter2",
    ])
    func rubbishIsRefusedAndNotRepeated(script: String) throws {
        let reason = try #require(refusal(script))
        #expect(reason.contains("of what it printed"))
        #expect(!reason.contains("hunter2") && !reason.contains("5a5a"))
    }

    @Test func anOutputWithoutEndIsCutOff() throws {
        #expect(try #require(refusal("yes")).contains("more than 1024 bytes"))
    }

    /// Also where a child of it keeps the pipe open, or where it has closed its output.
    @Test(arguments: ["sleep 600", "sleep 600 & sleep 600", "exec >&-; sleep 600"])
    func oneThatHangsIsStopped(script: String) throws {
        let began = ContinuousClock.now
        let reason = try #require(refusal(script, timeLimit: .seconds(1)))
        #expect(reason.contains("not done within 1 s"))
        #expect(ContinuousClock.now - began < .seconds(15))
    }

    /// A signal that ends the waiting for its output does not make reading wait without a limit.
    @Test func oneThatHangsIsStoppedAmongSignals() throws {
        // Such a handler has reading begun again, and waiting for input not (signal(7)).
        signal(SIGUSR2) { _ in }
        let reader = pthread_self()
        let isOver = Atomic(false)
        let began = ContinuousClock.now
        let isStarted = DetachedThread.start(name: "signals") {
            while !isOver.load(ordering: .relaxed) {
                pthread_kill(reader, SIGUSR2)
                // More of them would keep the program from being started.
                poll(nil, 0, 2)
            }
        }
        defer { isOver.store(true, ordering: .relaxed) }
        try #require(isStarted)
        let reason = try #require(refusal("sleep 30", timeLimit: .seconds(1)))
        #expect(reason.contains("not done within 1 s"))
        #expect(ContinuousClock.now - began < .seconds(15))
    }

    @Test func itSeesNothingOfThisProcess() throws {
        setenv("ICDS_SECRET_OF_THE_TEST", "hunter2", 1)
        guard
            case .command(let command) = try command(
                "env; readlink /proc/$$/fd/0; ls /proc/$$/fd | wc -l; ps -o pgid= $$")
        else { return }
        let printed = try command.run(bytesMax: 4_000) { String(decoding: $0, as: UTF8.self) }
        #expect(!printed.contains("hunter2"))
        #expect(printed.contains("/dev/null"))
        #expect(printed.contains("PATH=/usr/local/bin:/usr/bin:/bin"))
        unsetenv("ICDS_SECRET_OF_THE_TEST")
    }

    @Test func whatOthersMayChangeIsNotStarted() throws {
        let folder = try MasterKeyFileTests.Folder()
        let program = try folder.write(Array("#!/bin/sh\necho \(Self.digits)\n".utf8), mode: 0o777)
        let source = SecretSource.command(try SecretCommand([program], timeLimit: .seconds(20)))
        #expect(throws: CryptoError.self) { try source.masterKeys() }
        try #require(chmod(program, 0o700) == 0)
        #expect(try source.masterKeys().count == 1)
        try #require(chmod(program, 0o600) == 0)
        #expect(throws: CryptoError.self) { try source.masterKeys() }
        #expect(throws: CryptoError.self) { try SecretCommand([], timeLimit: .seconds(1)) }
        #expect(throws: CryptoError.self) { try SecretCommand(["sh"], timeLimit: .seconds(1)) }
    }

    @Test func theKeyOfTheSealsComesFromOneAsWell() throws {
        let path = "/tmp/icds-signing-\(try SecureRandom.uuid())"
        defer { unlink(path) }
        let key = try SigningKeyFile.create(path: path)
        let read = try command("cat \(path)").signingKey()
        #expect(read.publicKey == key.publicKey)
        #expect(throws: CryptoError.self) { try command("echo \(Self.digits)").signingKey() }
    }
}
