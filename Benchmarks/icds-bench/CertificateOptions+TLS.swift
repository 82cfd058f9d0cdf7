import Wire

extension CertificateOptions {
    var files: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificate, privateKeyFile: key,
            trustedAuthorityFiles: [authority])
    }
}
