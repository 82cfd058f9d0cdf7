// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "icds",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "icds-rpcd", targets: ["icds-rpcd"]),
        .executable(name: "icds", targets: ["icds"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0",
            traits: ["JSON", "YAML", "CommandLineArguments"]),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // System libraries: module map and static-inline shims, nothing else.
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // System calls that Swift cannot make.
        .target(name: "CProcess"),

        // C generated from proto/.
        .target(name: "CContract", dependencies: ["CProtobufC"]),

        .target(
            name: "Wire",
            dependencies: [
                "CProtobufC", "COpenSSL", "CContract", "CProcess",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ] + nio,
            swiftSettings: settings),
        .target(name: "Contract", dependencies: ["Wire", "CContract"], swiftSettings: settings),
        .target(
            name: "Observation",
            dependencies: [
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        // What the audit log proves, and what verifies it offline.
        .target(name: "AuditProof", dependencies: ["COpenSSL"], swiftSettings: settings),
        .target(
            name: "Tenancy",
            dependencies: [
                "AuditProof", "CPostgres", "COpenSSL", "CProcess",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            // The generator embeds them; the program reads no file.
            exclude: ["Schema/Migrations"],
            swiftSettings: settings),
        .target(
            name: "Services",
            dependencies: [
                "AuditProof", "Contract", "Wire", "Tenancy",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "icds-rpcd",
            dependencies: [
                "AuditProof", "Services", "Wire", "Contract", "Tenancy", "Observation", "CProcess",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "icds",
            dependencies: [
                "AuditProof", "Contract", "Wire", "RegisterData",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // What the demonstration and the kill test share: child processes, people that are nobody.
        .target(
            name: "Rehearsal", dependencies: ["RegisterData"],
            path: "Demo/Rehearsal", swiftSettings: settings),
        .executableTarget(
            name: "icds-demo",
            dependencies: [
                "Contract", "Wire", "RegisterData", "Rehearsal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Demo", exclude: ["Rehearsal"], swiftSettings: settings),
        .target(
            name: "RegisterData", dependencies: ["Contract"],
            resources: [
                .embedInCode("../../register/municipalities.csv"),
                .embedInCode("../../register/areas.csv"),
                .embedInCode("../../register/memberships.csv"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "icds-bench",
            dependencies: [
                "Contract", "Wire", "Services", "Tenancy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ] + nio,
            path: "Benchmarks/icds-bench", swiftSettings: settings),

        // gRPC's interoperability cases: a service, the cases, and a program for both.
        .target(
            name: "InteropCases", dependencies: ["Contract", "Wire"],
            path: "Interop/Cases", swiftSettings: settings),
        .executableTarget(
            name: "icds-interop",
            dependencies: [
                "InteropCases", "Contract", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Interop/icds-interop", swiftSettings: settings),

        // Peers that do what no good one would, and the test that measures what others feel of it.
        .target(
            name: "HostilePeers", dependencies: ["COpenSSL", "Contract", "Wire"],
            path: "Hostile/HostilePeers", swiftSettings: settings),
        .executableTarget(
            name: "icds-hostile",
            dependencies: [
                "HostilePeers", "Contract", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Hostile/icds-hostile", swiftSettings: settings),

        // A mixed load on a daemon and a database that are killed meanwhile, and what must hold afterwards.
        .target(
            name: "ChaosHarness",
            dependencies: [
                "AuditProof", "CPostgres", "Contract", "RegisterData", "Rehearsal", "Wire",
            ],
            path: "Chaos/ChaosHarness", swiftSettings: settings),
        .executableTarget(
            name: "icds-chaos",
            dependencies: [
                "ChaosHarness", "Rehearsal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Chaos/icds-chaos", swiftSettings: settings),

        // What `make fuzz` tries, and the program that tries it or replays what it found.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Wire", "Contract", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            path: "Fuzz/Targets", swiftSettings: settings),
        .executableTarget(
            name: "icds-fuzz", dependencies: ["FuzzTargets"], path: "Fuzz/Driver",
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: [
                "AuditProof", "COpenSSL", "CPostgres", "Wire", "Contract", "Tenancy", "Services",
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "WireTests",
            dependencies: [
                "Wire", "Contract", "TestSupport", "HostilePeers", "InteropCases", "FuzzTargets",
                "COpenSSL",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "ObservationTests",
            dependencies: [
                "Observation", .product(name: "CoreMetrics", package: "swift-metrics"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "AuditProofTests", dependencies: ["AuditProof"], swiftSettings: settings),
        .testTarget(
            name: "TenancyTests", dependencies: ["AuditProof", "Tenancy", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ToolsTests",
            dependencies: [
                "icds", "icds-demo", "AuditProof", "RegisterData", "Rehearsal", "Contract", "Wire",
                "Services", "Tenancy", "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "AuditProof", "ChaosHarness", "Services", "Contract", "Wire", "Tenancy",
                "Observation", "TestSupport",
                // The tests of the daemon start its program, and the kill test both.
                "icds-rpcd", "icds",
            ],
            swiftSettings: settings),
    ]
)
