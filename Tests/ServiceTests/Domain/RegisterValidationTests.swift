import Contract
import Testing

@testable import Services

@Suite struct RegisterValidationTests {
    private func violations(_ change: (inout LoadRegisterRequest) -> Void) -> [String] {
        var request = LoadRegisterRequest()
        request.source = "Statistics Finland"
        request.municipalities = [municipality("837")]
        request.areas = [
            .with {
                $0.kind = .county
                $0.code = "08"
                $0.name = .with { $0.fi = "Pirkanmaan hyvinvointialue" }
                $0.validFrom = "2023-01-01"
            }
        ]
        request.memberships = [
            .with {
                $0.municipalityCode = "837"
                $0.areaKind = .county
                $0.areaCode = "08"
                $0.validFrom = "2023-01-01"
            }
        ]
        change(&request)
        var violations = FieldViolations()
        RegisterValidation.check(request, &violations)
        return violations.summary
    }

    private func municipality(_ code: String) -> RegisterMunicipality {
        .with {
            $0.code = code
            $0.name = .with {
                $0.fi = "Tampere"
                $0.sv = "Tammerfors"
            }
            $0.validFrom = "2009-01-01"
        }
    }

    @Test func rightRowsAreRight() {
        #expect(violations { _ in }.isEmpty)
    }

    @Test func eachWrongRowIsNamedOnce() {
        let found = violations {
            $0.municipalities += [
                municipality("83"), municipality("837"),
                .with {
                    $0.code = "564"
                    $0.validFrom = "2009-02-30"
                },
            ]
            $0.areas[0].code = "91"
            $0.memberships[0].validTo = "2022-12-31"
        }
        #expect(
            found == [
                "municipalities[1] FORMAT", "municipalities[2] REPEATED", "municipalities[3] DATE",
                "areas[0] FORMAT", "memberships[0] DATE",
            ])
    }

    @Test func theSourceIsNamed() {
        #expect(violations { $0.source = "" } == ["source REQUIRED"])
    }
}
