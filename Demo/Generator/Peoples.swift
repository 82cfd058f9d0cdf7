/// Names of the demonstration's people by their native language, in the form of a travel document.
/// Nobody in particular has them.
struct People {
    /// ISO 639-1, or 639-3 where that has none.
    let language: String
    /// ISO 3166-1 alpha-2.
    let citizenships: [String]
    let givenNames: [String]
    let familyNames: [String]

    static let all: [People] = [
        People(
            language: "uk", citizenships: ["UA"],
            givenNames: ["Oksana", "Andrii", "Yuliia", "Taras", "Solomiia", "Bohdan"],
            familyNames: ["Kovalenko", "Shevchuk", "Bondarenko", "Lysenko", "Tkachuk"]),
        People(
            language: "ar", citizenships: ["SY", "IQ", "XX"],
            givenNames: ["Layla", "Omar", "Noor", "Yusuf", "Rania", "Karim"],
            familyNames: ["Al-Khatib", "Haddad", "Mansour", "El Sayed", "Darwish"]),
        People(
            language: "so", citizenships: ["SO"],
            givenNames: ["Ayaan", "Abdirahman", "Hodan", "Faarax", "Sagal", "Warsame"],
            familyNames: ["Cabdi Nuur", "Warsame", "Jaamac", "Xasan Cali", "Duale"]),
        People(
            language: "fa", citizenships: ["AF", "IR"],
            givenNames: ["Zahra", "Reza", "Parisa", "Navid", "Shirin", "Mirwais"],
            familyNames: ["Ahmadi", "Rahimi", "Hosseini", "Noorzai", "Karimi"]),
        People(
            language: "ckb", citizenships: ["IQ", "TR"],
            givenNames: ["Rojîn", "Azad", "Şîlan", "Baran", "Hêvî", "Diyar"],
            familyNames: ["Barzan", "Zêrevan", "Şêxo", "Demirci", "Kardo"]),
        People(
            language: "ti", citizenships: ["ER"],
            givenNames: ["Selam", "Yonas", "Feven", "Tesfay", "Rahwa", "Mebrahtu"],
            familyNames: ["Ghebremedhin", "Tekle", "Habtemariam", "Woldu"]),
        People(
            language: "vi", citizenships: ["VN"],
            givenNames: ["Thị Hương", "Minh Đức", "Ngọc Ánh", "Văn Tuấn", "Phương Thảo"],
            familyNames: ["Nguyễn", "Trần", "Phạm", "Võ", "Đặng"]),
        People(
            language: "et", citizenships: ["EE"],
            givenNames: ["Kätlin", "Märten", "Õnne", "Jüri", "Triinu"],
            familyNames: ["Põldmaa", "Rebane", "Kõiv", "Sügisoja"]),
        People(
            language: "es", citizenships: ["CO", "ES", "VE"],
            givenNames: ["María José", "Íñigo", "Begoña", "Andrés", "Nuria"],
            familyNames: ["Muñoz Peña", "Ibáñez", "Quiñones", "Ordóñez Gil"]),
        People(
            language: "zh", citizenships: ["CN"],
            givenNames: ["Xiǎolì", "Wěi", "Míngzhū", "Jiànguó"],
            familyNames: ["Lǐ", "Zhāng", "Ōuyáng", "Lǚ"]),
    ]
}
