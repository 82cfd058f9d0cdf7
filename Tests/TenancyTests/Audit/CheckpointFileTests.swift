import AuditProof
import Glibc
import Testing

@testable import Tenancy

/// The file to which each checkpoint is added.
@Suite struct CheckpointFileTests {
    private let folder: MasterKeyFileTests.Folder
    private let key: SigningKey

    init() throws {
        folder = try MasterKeyFileTests.Folder()
        key = try SigningKey.generate()
    }

    private var path: String { folder.path + "/key" }
    private var file: CheckpointFile { CheckpointFile(path: path) }

    private func note(_ size: UInt64) throws -> String {
        let root = [UInt8](repeating: UInt8(size % 256), count: 32)
        return try Checkpoint(origin: "icds.test/audit", size: size, root: root)
            .signed(by: key).text
    }

    private func content() throws -> String {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_048_576)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func lastSize() throws -> UInt64 {
        let identity = try OperatorIdentity(origin: "icds.test/audit", key: key.publicKey)
        return try file.lastCheckpoint(of: identity)?.size ?? 0
    }

    private func sizes() throws -> [UInt64] {
        try NoteFile.wholeNotes(content()).map { try Checkpoint(body: $0.body).size }
    }

    @Test func notesAreAddedAndTheLastIsFoundAgain() throws {
        #expect(try lastSize() == 0)
        try file.append([])
        #expect(access(path, F_OK) != 0, "nothing to write makes no file")
        try file.append([try note(1), try note(2)])
        #expect(try lastSize() == 2)
        try file.append([try note(3)])
        #expect(try lastSize() == 3)
        #expect(try sizes() == [1, 2, 3])
        #expect(try NoteFile.wholeNotes(content()).map(\.text) == [1, 2, 3].map(note))
    }

    /// Only the end is looked at, wherever in a note it begins.
    @Test func theLastOfManyIsFound() throws {
        try file.append(try (1...900).map { try note(UInt64($0)) })
        #expect(try content().utf8.count > 131_072)
        #expect(try lastSize() == 900)
        for size in 901...930 {
            try file.append([try note(UInt64(size))])
            #expect(try lastSize() == UInt64(size))
        }
    }

    /// What a power failure left of a note is passed over, and what comes after it is whole.
    @Test(arguments: [1, 10, 20, 60, 100, 150])
    func aTornNoteIsClosedAndPassedOver(kept: Int) throws {
        try file.append([try note(1)])
        let torn = String(try note(2).prefix(kept))
        let descriptor = open(path, O_WRONLY | O_APPEND)
        try #require(write(descriptor, torn, torn.utf8.count) == torn.utf8.count)
        close(descriptor)
        #expect([1, 2].contains(try lastSize()))
        try file.append([try note(2), try note(3)])
        #expect(try lastSize() == 3)
        #expect(try sizes().suffix(2) == [2, 3])
    }

    /// Whoever can write into the file must not stop checkpoints by one that it makes up.
    @Test func whatTheOperatorDidNotSignUnderThisNameIsPassedOver() throws {
        let root = [UInt8](repeating: 7, count: 32)
        let other = try Checkpoint(origin: "icds.test/audit", size: 90, root: root)
            .signed(by: SigningKey.generate()).text
        let elsewhere = try Checkpoint(origin: "icds.test/other", size: 80, root: root)
            .signed(by: key).text
        try file.append([try note(1), other, elsewhere])
        #expect(try lastSize() == 1)
    }

    @Test func aFileThatCannotBeReadOrWrittenIsSaidToBe() throws {
        try #require(mkdir(path, 0o700) == 0)
        defer { rmdir(path) }
        #expect(throws: CheckpointFile.Failure.self) { try lastSize() }
        #expect(throws: CheckpointFile.Failure.self) { try file.append([try note(1)]) }
        let nowhere = CheckpointFile(path: folder.path + "/none/file")
        #expect(throws: CheckpointFile.Failure.self) { try nowhere.append([try note(1)]) }
    }
}
