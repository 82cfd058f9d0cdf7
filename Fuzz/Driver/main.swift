#if DEBUG
    import Foundation
    import FuzzTargets

    #if FUZZING
        /// libFuzzer's loop, from the toolchain's runtime for -sanitize=fuzzer.
        @_silgen_name("LLVMFuzzerRunDriver")
        private func runFuzzer(
            _ count: UnsafeMutablePointer<CInt>,
            _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
            _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
        ) -> CInt

        /// What libFuzzer calls takes no context, so that it finds its target here.
        private enum Fuzzed {
            // Safe: written once, before the loop starts, on the one thread that reads it.
            nonisolated(unsafe) static var target = FuzzTarget.frames
        }

        /// Runs one input. Named as libFuzzer's own main program, which is linked and not used, has it.
        @_cdecl("LLVMFuzzerTestOneInput")
        public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
            do throws(FuzzFinding) {
                try Fuzzed.target.run(UnsafeRawBufferPointer(start: data, count: size))
                return 0
            } catch {
                FileHandle.standardError.write(Data("found: \(error)\n".utf8))
                abort()
            }
        }

        private func fuzz(_ target: FuzzTarget) -> Int32 {
            Fuzzed.target = target
            var words = CommandLine.arguments.enumerated().filter { $0.offset != 1 }
                .map { strdup($0.element) }
            var count = CInt(words.count)
            words.append(nil)
            return words.withUnsafeMutableBufferPointer { buffer in
                guard var first = buffer.baseAddress else { return 2 }
                return runFuzzer(&count, &first, testOneInput)
            }
        }
    #endif

    let usage = """
        usage: icds-fuzz TARGET FILE …      runs the files, and says what is wrong with the first bad one
               icds-fuzz TARGET …           built by `make fuzz`: libFuzzer's arguments

        targets: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))

        """

    func say(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    func replay(_ target: FuzzTarget, _ files: [String]) -> Int32 {
        for file in files {
            do {
                let bytes = try Data(contentsOf: URL(filePath: file))
                try bytes.withUnsafeBytes { try target.run($0) }
            } catch {
                say("\(file): \(error)\n")
                return 1
            }
        }
        say("\(files.count) files, nothing found\n")
        return 0
    }

    guard CommandLine.arguments.count > 1,
        let target = FuzzTarget(rawValue: CommandLine.arguments[1])
    else {
        say(usage)
        exit(2)
    }
    #if FUZZING
        exit(fuzz(target))
    #else
        exit(replay(target, Array(CommandLine.arguments.dropFirst(2))))
    #endif
#endif
