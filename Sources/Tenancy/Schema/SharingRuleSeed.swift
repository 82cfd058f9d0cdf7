/// The sharing rules that the system starts with. Everything else is refused.
enum SharingRuleSeed {
    static let statements = [assessment]

    /// WC-ASSESS: the county takes part in the assessment of section 14 (subsection 4) and gets what
    /// drafting it needs (section 86, subsection 2). Both applied first on 1 January 2025, as amended
    /// by acts 322/2024 and 1100/2024.
    static let assessment = Statement(
        "registry.v1.rule-wc-assess",
        #"""
        INSERT INTO registry.sharing_rule (
            rule, valid_from, legal_basis, statute_version, recipient_kind, purpose, conditions,
            categories)
        VALUES (
            'WC-ASSESS', '2025-01-01', '681/2023 86 § 2 mom., 14 § 4 mom.',
            '681/2023 as amended by 322/2024 and 1100/2024', 'county', 2,
            ARRAY['MUNICIPALITY_IN_COUNTY', 'PARTICIPATION_ACCEPTED', 'PARTICIPATION_NOT_ENDED',
                'ASSESSMENT_OPEN', 'CLIENT_ACTIVE'],
            ARRAY[1, 2, 3, 4, 5, 6, 8])
        """#, prepared: false)
}
