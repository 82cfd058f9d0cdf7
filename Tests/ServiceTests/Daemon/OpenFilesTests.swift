import Testing

@testable import icds_rpcd

/// Connections never use up the last descriptor of the process.
@Suite struct OpenFilesTests {
    @Test(arguments: [
        (wanted: 10_000, descriptors: 65_536, allowed: 10_000),
        (10_000, 10_256, 10_000), (10_000, 10_255, 9_999), (10_000, 1_024, 768),
        (10_000, 200, 50), (100, 1_024, 100), (10_000, 2, 1),
    ])
    func connectionsLeaveDescriptorsForTheRest(wanted: Int, descriptors: Int, allowed: Int) {
        #expect(OpenFiles.connectionsMax(wanted: wanted, descriptors: descriptors) == allowed)
    }

    @Test func limitIsRaisedAndStaysRaised() {
        let raised = OpenFiles.raiseLimit()
        #expect(raised > 0)
        #expect(OpenFiles.raiseLimit() == raised)
    }
}
