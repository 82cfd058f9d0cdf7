import SystemPackage
import Wire

extension Settings {
    /// Whether clients are looked up in revocation lists.
    private enum Revocation: String, CaseIterable { case lists, none }

    /// The files lie in the state folder's `certs` unless said otherwise.
    static func readTLS(
        _ reader: inout SettingsReader, stateFolder: FilePath
    ) -> TLSConfiguration {
        let folder = stateFolder.appending("certs")
        let certificate = readPath(.tlsCertificate, folder.appending("server.pem"), &reader)
        let key = readPath(.tlsKey, folder.appending("server.key"), &reader)
        reader.requirePrivate(key.absolute, .tlsKey, fromGroup: false)
        let authorities = reader.list(
            .tlsClientAuthorities, fallback: [folder.appending("ca.pem").string]
        ).map { FilePath($0).absoluteAsWritten }
        for authority in authorities { reader.requireReadable(authority, .tlsClientAuthorities) }
        let configuration = TLSConfiguration(
            certificateChainFile: certificate.string, privateKeyFile: key.string,
            trustedAuthorityFiles: authorities.map(\.string),
            revocation: readRevocation(&reader, folder: folder), policy: readPolicy(&reader))
        if reader.problems.isEmpty { check(configuration, &reader) }
        return configuration
    }

    private static func readPath(
        _ setting: Setting, _ derived: FilePath, _ reader: inout SettingsReader
    ) -> FilePath {
        let name = reader.text(setting, fallback: derived.string) ?? derived.string
        let path = FilePath(name).absoluteAsWritten
        reader.requireReadable(path, setting)
        return path
    }

    /// Lists are looked into unless `none` is said in so many words. Those of the state folder go
    /// with the authority of the state folder; whoever names authorities names their lists.
    private static func readRevocation(
        _ reader: inout SettingsReader, folder: FilePath
    ) -> TLSConfiguration.Revocation {
        let choice = reader.choice(.tlsRevocation, fallback: Revocation.lists)
        let hasOwnAuthorities = reader.isGiven(.tlsClientAuthorities)
        let derived =
            choice == .none || hasOwnAuthorities ? [] : [folder.appending("crl.pem").string]
        let paths = reader.list(.tlsRevocationLists, fallback: derived)
            .map { FilePath($0).absoluteAsWritten }
        switch choice {
        case .none:
            if !paths.isEmpty {
                reader.note(
                    .tlsRevocationLists,
                    "\(Setting.tlsRevocation.key) is none: leave one of the two out")
            }
            return .unchecked
        case .lists:
            if paths.isEmpty {
                reader.note(
                    .tlsRevocationLists,
                    "the revocation lists of the authorities are needed; whoever has none sets "
                        + "\(Setting.tlsRevocation.key) to none")
            }
            for path in paths { reader.requireReadable(path, .tlsRevocationLists) }
            return .lists(paths.map(\.string))
        }
    }

    private static func readPolicy(_ reader: inout SettingsReader) -> TLSPolicy {
        let cipherSuites = reader.list(.tlsCipherSuites, fallback: TLSPolicy.defaultCipherSuites)
        let groups = reader.list(.tlsGroups, fallback: TLSPolicy.defaultGroups)
        let algorithms = reader.list(
            .tlsSignatureAlgorithms, fallback: TLSPolicy.defaultSignatureAlgorithms)
        // One after the other, so that every list that is wrong is told.
        note(.tlsCipherSuites, &reader) { () throws(TLSPolicyError) in
            _ = try TLSPolicy(cipherSuites: cipherSuites)
        }
        note(.tlsGroups, &reader) { () throws(TLSPolicyError) in
            _ = try TLSPolicy(groups: groups)
        }
        note(.tlsSignatureAlgorithms, &reader) { () throws(TLSPolicyError) in
            _ = try TLSPolicy(signatureAlgorithms: algorithms)
        }
        let policy = try? TLSPolicy(
            cipherSuites: cipherSuites, groups: groups, signatureAlgorithms: algorithms)
        return policy ?? .standard
    }

    private static func note(
        _ setting: Setting, _ reader: inout SettingsReader,
        _ check: () throws(TLSPolicyError) -> Void
    ) {
        do throws(TLSPolicyError) {
            try check()
        } catch {
            reader.note(setting, error.description)
        }
    }

    private static func check(
        _ configuration: TLSConfiguration, _ reader: inout SettingsReader
    ) {
        do {
            _ = try TLSContext.server(configuration)
        } catch {
            reader.note(error.isAboutRevocation ? .tlsRevocationLists : .tlsCertificate, "\(error)")
        }
    }
}

extension TLSConfigurationError {
    fileprivate var isAboutRevocation: Bool {
        switch problem {
        case .noRevocationList, .malformedRevocationList, .endlessRevocationList,
            .forgedRevocationList, .tooManyRevocationLists, .authorityWithoutRevocationList:
            true
        default: false
        }
    }
}
