import Glibc
import SystemPackage

/// What lstat(2) tells; FilePath has members of the C type's name.
typealias FileStatus = Glibc.stat

extension FileDescriptor {
    /// Reads to the end, at most `limit` bytes.
    ///
    /// - Throws: `Errno`; `.fileTooLarge` where there is more.
    func readAll(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            if bytes.count > limit { throw Errno.fileTooLarge }
        }
    }
}

extension FilePath {
    /// The whole file, at most `limit` bytes.
    func contents(limit: Int = 1 << 20) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter { try descriptor.readAll(limit: limit) }
    }

    /// Puts a file in place at once: a reader sees the old contents or the new, never a part.
    ///
    /// - Parameter owner: Who shall own it; nil keeps the process's user.
    func replaceContents(
        with text: String, permissions: FilePermissions = .ownerReadWrite,
        owner: SystemUser? = nil
    ) throws {
        try replaceContents(with: Array(text.utf8), permissions: permissions, owner: owner)
    }

    /// See the overload with text.
    func replaceContents(
        with bytes: [UInt8], permissions: FilePermissions = .ownerReadWrite,
        owner: SystemUser? = nil
    ) throws {
        var temporary = self
        temporary.extension = "new"
        _ = unlink(temporary.string)
        let descriptor = try FileDescriptor.open(
            temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: permissions)
        try descriptor.closeAfter {
            try descriptor.writeAll(bytes)
            if let owner { try Errno.check(fchown(descriptor.rawValue, owner.id, owner.group)) }
            try Errno.check(fsync(descriptor.rawValue))
        }
        try Errno.check(rename(temporary.string, string))
    }

    /// Removes a file; one that is not there is none to remove.
    func remove() throws {
        if unlink(string) == -1 && errno != ENOENT { throw Errno(rawValue: errno) }
    }

    /// Makes a folder where none is, and its parents; the folder gets the mode and the owner.
    func makeFolder(mode: mode_t = 0o700, owner: SystemUser? = nil) throws {
        if mkdir(string, mode) == -1 {
            switch errno {
            case EEXIST: break
            case ENOENT:
                try removingLastComponent().makeFolder(mode: 0o755)
                try Errno.check(mkdir(string, mode))
            default: throw Errno(rawValue: errno)
            }
        }
        if let owner { try Errno.check(chown(string, owner.id, owner.group)) }
    }

    /// Whether something is there.
    var exists: Bool { access(string, F_OK) == 0 }

    /// What the file system says about it, without following a symbolic link at its end.
    func status() throws -> FileStatus {
        var result = FileStatus()
        try Errno.check(lstat(string, &result))
        return result
    }

    /// The absolute path as it was written: where a symbolic link in it leads is found anew at each
    /// use, so that a file can be replaced by turning a link.
    var absoluteAsWritten: FilePath {
        isAbsolute ? self : FilePath(".").absolute.pushing(self)
    }

    /// The absolute path, with symbolic links resolved as far as it exists.
    var absolute: FilePath {
        if let resolved = realpath(string, nil) {
            defer { free(resolved) }
            return FilePath(String(cString: resolved))
        }
        let parent = removingLastComponent()
        guard let name = lastComponent else { return self }
        return (parent.isEmpty ? FilePath(".") : parent).absolute.appending(name)
    }
}

extension Errno {
    /// Throws `errno` where a system call returned -1.
    static func check(_ result: Int32) throws {
        if result == -1 { throw Errno(rawValue: errno) }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return self[start..<Swift.max(start, end)]
    }
}
