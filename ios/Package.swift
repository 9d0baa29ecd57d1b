// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "PermitCard",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "PermitCard", targets: ["PermitCard"])],
    targets: [
        // Generated: the C header of the Rust library and its module map.
        .systemLibrary(name: "PermitCardFFI"),
        // Generated/ and the hand-written layer over it.
        .target(
            name: "PermitCard",
            dependencies: ["PermitCardFFI"],
            linkerSettings: [.linkedLibrary("permitcard_ffi")]
        ),
        // The tests' key store signs with libcrypto where there is no CryptoKit. Nothing shipped links it.
        .systemLibrary(name: "CLibcrypto", path: "Tests/CLibcrypto"),
        .testTarget(
            name: "PermitCardTests",
            dependencies: ["PermitCard", .target(name: "CLibcrypto", condition: .when(platforms: [.linux]))]
        ),
    ],
    swiftLanguageModes: [.v6]
)
