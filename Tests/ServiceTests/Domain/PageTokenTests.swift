import Testing

@testable import Services

@Suite struct PageTokenTests {
    private let listing = ["ListAccesses", "837", ""]

    @Test func aTokenGivesItsPositionBack() throws {
        let token = try PageToken.encode(position: ["municipality", "Ähtäri"], of: listing)
        #expect(try PageToken.decode(token, of: listing, count: 2) == ["municipality", "Ähtäri"])
    }

    @Test func aTokenBelongsToOneListing() throws {
        let token = try PageToken.encode(position: ["17"], of: listing)
        #expect(try PageToken.decode(token, of: ["ListAccesses", "564", ""], count: 1) == nil)
        #expect(try PageToken.decode(token, of: ["ListAccesses", "83", "7"], count: 1) == nil)
        #expect(try PageToken.decode(token, of: listing, count: 2) == nil)
    }

    @Test func everyEditedTokenIsRefused() throws {
        let token = try PageToken.encode(position: ["17"], of: listing)
        for index in token.indices {
            var edited = token
            edited.replaceSubrange(index...index, with: token[index] == "0" ? "1" : "0")
            #expect(try PageToken.decode(edited, of: listing, count: 1) == nil)
        }
        for length in 0..<token.count {
            #expect(
                try PageToken.decode(String(token.prefix(length)), of: listing, count: 1) == nil)
        }
        for wrong in ["", "zz", token + "00", String(repeating: "a", count: 5000)] {
            #expect(try PageToken.decode(wrong, of: listing, count: 1) == nil)
        }
    }

    @Test func pageSizesHaveAStandardAndALimit() {
        #expect(PageSize.rows(0, standard: 100) == 100)
        #expect(PageSize.rows(7, standard: 100) == 7)
        #expect(PageSize.rows(1000, standard: 100) == 1000)
        #expect(PageSize.rows(1001, standard: 100) == 1000)
    }
}
